;; Returns bytes that are not UTF-8: overlong, cut, a surrogate.
;; case: show home => module:trap
;; case: act go => module:trap
;; case: event => module:trap
(data (i32.const 1024) "\c0\af")
(data (i32.const 1040) "abc\e2\82")
(data (i32.const 1056) "\ed\a0\80")
(func %render (call $page (i32.const 1024) (i32.const 2)))
(func %perform (call $done (i32.const 1040) (i32.const 5)))
(func %handle (call $failed (i32.const 1056) (i32.const 3)))
