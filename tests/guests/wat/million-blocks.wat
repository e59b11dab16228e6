;; Returns a million blocks, all of them zeros: headings without a key.
;; case: show home => over-budget:host-bytes | over-budget:view
(memory $memory (export "memory") 2000)
(func %render
  (drop (call $page (i32.const 16) (i32.const 7)))
  (i32.store (i32.const 288) (i32.const 65536))
  (i32.store (i32.const 292) (i32.const 1000000))
  (i32.const 256))
