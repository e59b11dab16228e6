;; Opens an order, and traps: nobody can pay it.
;; case: act go => module:trap
;; case: event => module:trap
(import "vatra:mpay/orders@0.1.0" "create-order" (func $create (param i32 i32)))
(data (i32.const 1024) "local-taxes")
(data (i32.const 1040) "local-budget")
(func $order
  ;; One line: id, amount, account, reason.
  (i32.store (i32.const 1088) (i32.const 32))
  (i32.store (i32.const 1092) (i32.const 4))
  (i64.store (i32.const 1096) (i64.const 5000))
  (i32.store (i32.const 1104) (i32.const 1040))
  (i32.store (i32.const 1108) (i32.const 12))
  (i32.store (i32.const 1112) (i32.const 16))
  (i32.store (i32.const 1116) (i32.const 7))
  ;; The order: service, no customer, its lines, no dates, a reason.
  (i32.store (i32.const 1152) (i32.const 1024))
  (i32.store (i32.const 1156) (i32.const 11))
  (i32.store (i32.const 1172) (i32.const 1088))
  (i32.store (i32.const 1176) (i32.const 1))
  (i32.store (i32.const 1196) (i32.const 16))
  (i32.store (i32.const 1200) (i32.const 7))
  (call $create (i32.const 1152) (i32.const 1216))
  (if (i32.load8_u (i32.const 1216)) (then (loop $refused (br $refused)))))
(func %perform (call $order) (unreachable))
(func %handle (call $order) (unreachable))
