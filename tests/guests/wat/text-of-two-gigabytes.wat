;; Returns a text that says that it is 2 GiB long; in the answer to an action, in the report.
;; case: show home => module:trap | over-budget:host-bytes
;; case: act go => module:trap | over-budget:host-bytes
(func %render (call $page (i32.const 0) (i32.const 0x7fffffff)))
(func %perform (call $done (i32.const 0) (i32.const 0x7fffffff)))
