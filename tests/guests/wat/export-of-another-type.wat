;; Exports `render` and `perform`, but of another type than the contract's.
;; case: show home => refused: | module:trap
;; case: act go => refused: | module:trap
(component
  (core module $m (func (export "f")))
  (core instance $i (instantiate $m))
  (func $f (canon lift (core func $i "f")))
  (instance $screens (export "render" (func $f)) (export "perform" (func $f)))
  (export "vatra:modules/screens@0.1.0" (instance $screens)))
