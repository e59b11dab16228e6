;; Its allocator gives the host places that are not there, or not aligned, or its own result to be written over.
;; case: show home text=x => module:trap
;; case: act go text=x => module:trap
(global $asked (mut i32) (i32.const 0))
(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
  (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
  (if (result i32) (i32.and (global.get $asked) (i32.const 1)) (then (i32.const 0x7fffffff)) (else (i32.const 3))))
