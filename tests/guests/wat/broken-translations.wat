;; Words that are not Fluent.
;; file: section vatra:translations:ro = = = { $ { -
;; case: install => refused:
