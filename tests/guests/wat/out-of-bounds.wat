;; Returns pointers beyond its memory: of the result itself, of a text, of a failure's words.
;; case: show home => module:trap
;; case: act go => module:trap
;; case: event => module:trap
(func %render (i32.const 0x7ffffff0))
(func %perform (call $done (i32.const 0x7fff0000) (i32.const 8)))
(func %handle (call $failed (i32.const 131071) (i32.const 2)))
