;; Imports ten thousand interfaces.
;; case: install => refused:
(component
;; repeat 10000
  (import "vatra:many/i{n}@0.1.0" (instance (export "f" (func))))
;; end
)
