;; Writes an entry, returns well, and traps while it tidies up: the call has not ended well.
;; case: show home => module:trap
;; case: act go => module:trap
(import "vatra:registers/registers@0.1.0" "add" (func $add (param i32 i32 i32 i32 i32)))
(data (i32.const 1024) "things")
(func $write
  (call $text-field (i32.const 1040) (i32.const 32) (i32.const 4) (i32.const 16) (i32.const 7))
  (call $add (i32.const 1024) (i32.const 6) (i32.const 1040) (i32.const 1) (i32.const 1100))
  (if (i32.load8_u (i32.const 1100)) (then (loop $refused (br $refused)))))
(func %perform (call $write) (call $done (i32.const 16) (i32.const 7)))
(func (export "cabi_post_vatra:modules/screens@0.1.0#render") (param i32) (unreachable))
(func (export "cabi_post_vatra:modules/screens@0.1.0#perform") (param i32) (unreachable))
