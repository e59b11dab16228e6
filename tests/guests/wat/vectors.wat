;; Computes with vectors over every bit pattern, not-a-numbers and infinities among them, beyond the end of its memory.
;; case: show home => module:trap
(func %render
  (local $at i32)
  (loop $again
    (v128.store (local.get $at)
      (f64x2.div (f64x2.sqrt (v128.const f64x2 -1 nan)) (f64x2.splat (f64.const 0))))
    (v128.store (local.get $at)
      (i8x16.swizzle (v128.load (local.get $at)) (v128.const i32x4 -1 0x7fc00000 0x7f800000 0x80000000)))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br $again))
  (unreachable))
