;; Returns a thousand blocks that all point to the same text of a hundred kilobytes: little memory of its own, much of the host's.
;; case: show home => over-budget:host-bytes | over-budget:view
(memory $memory (export "memory") 16)
(func %render
  (local $at i32)
  (local.set $at (i32.const 524288))
  (drop (call $page (i32.const 16) (i32.const 7)))
  (i32.store (i32.const 288) (i32.const 524288))
  (i32.store (i32.const 292) (i32.const 1000))
  (memory.fill (i32.const 131072) (i32.const 97) (i32.const 100000))
  (loop $again
    (i32.store8 (local.get $at) (i32.const 1))
    (i32.store8 offset=4 (local.get $at) (i32.const 1))
    (i32.store offset=8 (local.get $at) (i32.const 131072))
    (i32.store offset=12 (local.get $at) (i32.const 100000))
    (local.set $at (i32.add (local.get $at) (i32.const {block})))
    (br_if $again (i32.lt_u (local.get $at) (i32.add (i32.const 524288) (i32.mul (i32.const 1000) (i32.const {block}))))))
  (i32.const 256))
