;; Returns a screen of which the list of blocks says that it is 2 GiB long.
;; case: show home => module:trap | over-budget:host-bytes
(func %render
  (local $screen i32)
  (local.set $screen (call $page (i32.const 16) (i32.const 7)))
  (i32.store (i32.const 292) (i32.const 0x7fffffff))
  (local.get $screen))
