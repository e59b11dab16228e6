;; Hands the host bytes that are not UTF-8, and texts that reach beyond its memory.
;; case: show home => module:trap
;; case: act go => module:trap
(import "vatra:log/log@0.1.0" "write" (func $log (param i32 i32 i32)))
(data (i32.const 1024) "\ff\fe\ed\a0\80")
(func %render (call $log (i32.const 0) (i32.const 1024) (i32.const 5)) (unreachable))
(func %perform (call $log (i32.const 0) (i32.const 131064) (i32.const 16)) (unreachable))
