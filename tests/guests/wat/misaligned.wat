;; Returns pointers that are not aligned: of the result itself, of a list.
;; case: show home => module:trap
;; case: act go => module:trap
(func %render (i32.const 257))
(func %perform
  (drop (call $done (i32.const 16) (i32.const 7)))
  (i32.store (i32.const 312) (i32.const 321))
  (i32.const 256))
