;; Calls the host while the host is handing something over: its allocator asks for the time.
;; case: show home text=x => module:trap
;; case: act go text=x => module:trap
(import "vatra:clock/clock@0.1.0" "now" (func $now (result i64)))
(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (drop (call $now)) (i32.const 65536))
