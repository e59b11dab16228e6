;; Takes memory and writes to all of it, as much as it may have, again and again: each page is touched, none is given back.
;; case: show home => over-budget:wall-clock | over-budget:cpu
(memory $memory (export "memory") 1024)
(func %render
  (local $at i32)
  (loop $again
    (local.set $at (i32.const 0))
    (loop $touch
      (i32.store (local.get $at) (local.get $at))
      (local.set $at (i32.add (local.get $at) (i32.const 4096)))
      (br_if $touch (i32.lt_u (local.get $at) (i32.const 67108864))))
    (br $again))
  (unreachable))
