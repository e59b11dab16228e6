;; Its start function calls the host, before the instance is whole.
;; case: show home => module:trap
;; case: act go => module:trap
(import "vatra:registers/registers@0.1.0" "add" (func $add (param i32 i32 i32 i32 i32)))
(data (i32.const 1024) "things")
(func $begin (call $add (i32.const 1024) (i32.const 6) (i32.const 2048) (i32.const 0) (i32.const 4096)))
(start $begin)
