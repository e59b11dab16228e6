;; Calls the host while it tidies up, when its answer is taken already: with a write that would come too late.
;; case: act go => module:trap
(import "vatra:registers/registers@0.1.0" "add" (func $add (param i32 i32 i32 i32 i32)))
(data (i32.const 1024) "things")
(func (export "cabi_post_vatra:modules/screens@0.1.0#perform") (param i32)
  (call $add (i32.const 1024) (i32.const 6) (i32.const 2048) (i32.const 0) (i32.const 4096)))
