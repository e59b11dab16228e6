;; A component beside it that throws what nobody catches (the exception handling proposal).
;; case: show home => refused: | module:trap
;;; beside
(component
  (core module $m (tag $t) (func $begin (throw $t)) (start $begin))
  (core instance (instantiate $m)))
