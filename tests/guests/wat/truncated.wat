;; A package of which the last bytes are missing.
;; file: cut 30
;; case: install => refused:
