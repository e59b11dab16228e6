;; Its start function takes memory until there is none, before anything was asked of it.
;; case: show home => over-budget:memory
;; case: act go => over-budget:memory
(func $begin (loop $again (drop (memory.grow (i32.const 16))) (br $again)))
(start $begin)
