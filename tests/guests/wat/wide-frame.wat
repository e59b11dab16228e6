;; One function with as many local variables as the format allows, called within itself: its frame is larger than the stack.
;; case: show home => module:trap
(func $wide (param i64) (result i64)
;; repeat 5000
  (local i64 i64 i64 i64 i64 i64 i64 i64)
;; end
  (local.set 40000 (call $wide (local.get 0)))
  (i64.add (local.get 40000) (local.get 0)))
(func %render (drop (call $wide (i64.const 0))) (unreachable))
