;; Its start function never returns.
;; case: install => ok:installed
;; case: show home => over-budget:wall-clock | over-budget:cpu
;; case: act go => over-budget:wall-clock | over-budget:cpu
;; case: event => over-budget:wall-clock | over-budget:cpu
(func $begin (loop $again (br $again)))
(start $begin)
(func %handle (unreachable))
