;; Imports a capability of the contract that its manifest does not ask for: payments.
;; asks: nothing
;; case: install => refused:vatra:mpay/orders
(import "vatra:mpay/orders@0.1.0" "standing-of" (func $standing-of (param i32 i32 i32)))
(func %render (call $standing-of (i32.const 16) (i32.const 7) (i32.const 1024)) (unreachable))
