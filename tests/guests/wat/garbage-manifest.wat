;; A manifest that is not one.
;; file: section vatra:manifest }{ = [[[ not a manifest
;; case: install => refused:manifest cannot be read
