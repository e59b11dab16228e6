;; Calls itself without end.
;; case: show home => module:trap
;; case: act go => module:trap
(func $deeper (param i64) (result i64) (i64.add (call $deeper (i64.add (local.get 0) (i64.const 1))) (i64.const 1)))
(func %render (drop (call $deeper (i64.const 0))) (unreachable))
(func %perform (drop (call $deeper (i64.const 0))) (unreachable))
