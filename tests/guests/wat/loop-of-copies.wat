;; Spends its time in bulk memory instructions, each of them long.
;; case: show home => over-budget:wall-clock | over-budget:cpu
(memory $memory (export "memory") 512)
(func %render
  (loop $again
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 33554432))
    (memory.copy (i32.const 16777216) (i32.const 0) (i32.const 16777216))
    (br $again))
  (unreachable))
