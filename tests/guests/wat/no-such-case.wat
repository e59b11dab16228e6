;; Returns variants of cases that do not exist: of the result, of a block, of the outcome; and a log level that does not.
;; case: show home => module:trap
;; case: act go => module:trap
;; case: act go text=level => module:trap
;; case: event => module:trap
(import "vatra:log/log@0.1.0" "write" (func $log (param i32 i32 i32)))
(func %render (drop (call $page (i32.const 16) (i32.const 7))) (i32.store8 (i32.const 320) (i32.const 255)) (i32.const 256))
(func %perform
  (if (local.get 3) (then (call $log (i32.const 77) (i32.const 16) (i32.const 7)) (unreachable)))
  (drop (call $done (i32.const 16) (i32.const 7)))
  (i32.store8 (i32.const 260) (i32.const 9))
  (i32.const 256))
(func %handle (i32.store8 (i32.const 256) (i32.const 2)) (i32.const 256))
