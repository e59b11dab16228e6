;; Never returns: from a screen, from an action, from an event.
;; case: show home => over-budget:wall-clock | over-budget:cpu
;; case: act go => over-budget:wall-clock | over-budget:cpu
;; case: event => over-budget:wall-clock | over-budget:cpu
(func $spin (loop $again (br $again)))
(func %render (call $spin) (unreachable))
(func %perform (call $spin) (unreachable))
(func %handle (call $spin) (unreachable))
