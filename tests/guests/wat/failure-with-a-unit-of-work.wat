;; Writes entries, and returns a failure.
;; case: act go => unavailable
;; case: event => unavailable
(import "vatra:registers/registers@0.1.0" "add" (func $add (param i32 i32 i32 i32 i32)))
(data (i32.const 1024) "things")
(func $write
  (call $text-field (i32.const 1040) (i32.const 32) (i32.const 4) (i32.const 16) (i32.const 7))
  (call $add (i32.const 1024) (i32.const 6) (i32.const 1040) (i32.const 1) (i32.const 1100))
  (if (i32.load8_u (i32.const 1100)) (then (loop $refused (br $refused)))))
(func %perform (call $write) (call $failed (i32.const 16) (i32.const 7)))
(func %handle (call $write) (call $failed (i32.const 16) (i32.const 7)))
