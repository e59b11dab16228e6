;; Two sets of Romanian words.
;; file: again vatra:translations:ro
;; case: install => refused:'vatra:translations:ro' twice
