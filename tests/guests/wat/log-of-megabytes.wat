;; Logs a megabyte at a time, of which the host keeps a line.
;; case: show home => over-budget:log
(import "vatra:log/log@0.1.0" "write" (func $log (param i32 i32 i32)))
(memory $memory (export "memory") 32)
(func %render
  (memory.fill (i32.const 65536) (i32.const 10) (i32.const 1048576))
  (loop $again (call $log (i32.const 3) (i32.const 65536) (i32.const 1048576)) (br $again))
  (unreachable))
