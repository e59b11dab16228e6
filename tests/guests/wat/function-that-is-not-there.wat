;; Imports a function that an interface of the contract does not have: one that would set the clock.
;; case: install => refused:
(component
  (import "vatra:clock/clock@0.1.0" (instance $clock (export "set" (func (param "to" u64)))))
  (core module $m (func (export "f")))
  (core instance $i (instantiate $m))
  (func $f (canon lift (core func $i "f")))
  (instance $screens (export "render" (func $f)) (export "perform" (func $f)))
  (export "vatra:modules/screens@0.1.0" (instance $screens)))
