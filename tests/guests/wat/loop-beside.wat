;; Well behaved, with a component beside it whose start function never returns.
;; case: show home => over-budget:wall-clock | over-budget:cpu
;;; beside
(component
  (core module $m (func $begin (loop $again (br $again))) (start $begin))
  (core instance (instantiate $m)))
