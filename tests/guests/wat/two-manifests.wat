;; Two manifests: one to be read, one to be meant.
;; file: again vatra:manifest
;; case: install => refused:'vatra:manifest' twice
