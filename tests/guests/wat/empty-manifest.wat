;; An empty manifest.
;; file: section vatra:manifest
;; case: install => refused:manifest cannot be read
