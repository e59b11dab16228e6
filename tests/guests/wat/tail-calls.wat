;; A component beside it that calls without end in a stack that does not grow (the tail call proposal).
;; case: show home => refused: | over-budget:wall-clock | over-budget:cpu
;;; beside
(component
  (core module $m (func $begin (return_call $begin)) (start $begin))
  (core instance (instantiate $m)))
