;; Takes memory until there is none.
;; case: show home => over-budget:memory
;; case: act go => over-budget:memory
;; case: event => over-budget:memory
(func $swell (loop $again (drop (memory.grow (i32.const 16))) (br $again)))
(func %render (call $swell) (unreachable))
(func %perform (call $swell) (unreachable))
(func %handle (call $swell) (unreachable))
