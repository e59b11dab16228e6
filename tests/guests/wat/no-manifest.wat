;; No manifest.
;; file: without vatra:manifest
;; case: install => refused:no section 'vatra:manifest'
