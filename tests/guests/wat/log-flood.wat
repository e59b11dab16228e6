;; Logs as often as it can.
;; case: show home => over-budget:log
;; case: act go => over-budget:log
(import "vatra:log/log@0.1.0" "write" (func $log (param i32 i32 i32)))
(func $flood (loop $again (call $log (i32.const 3) (i32.const 16) (i32.const 7)) (br $again)))
(func %render (call $flood) (unreachable))
(func %perform (call $flood) (unreachable))
