;; Exports a function by the name of the interface.
;; case: install => refused:
(component
  (core module $m (func (export "f")))
  (core instance $i (instantiate $m))
  (func $f (canon lift (core func $i "f")))
  (export "vatra:modules/screens@0.1.0" (func $f)))
