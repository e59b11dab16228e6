;; Asks for all the memory that there is, at once.
;; case: show home => over-budget:memory
(func %render (drop (memory.grow (i32.const 65534))) (unreachable))
