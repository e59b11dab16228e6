;; Hands the host a text that says that it is 2 GiB long, and one that is as long as its memory.
;; case: show home => module:trap | over-budget:host-bytes
;; case: act go => module:trap | over-budget:host-bytes
(import "vatra:log/log@0.1.0" "write" (func $log (param i32 i32 i32)))
(memory $memory (export "memory") 1024)
(func %render (call $log (i32.const 3) (i32.const 0) (i32.const 0x7fffffff)) (unreachable))
(func %perform (call $log (i32.const 3) (i32.const 0) (i32.const 67108864)) (unreachable))
