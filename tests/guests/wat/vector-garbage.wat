;; A vector instruction that does not exist.
;; file: replace fd0d000102030405060708090a0b0c0d0e0f fd0d00010203040506070809ff0b0c0d0e0f
;; case: install => refused:
(func %render
  (drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0)))
  (unreachable))
