;; A component beside it with a memory that threads share.
;; case: install => refused:
;;; beside
(component
  (core module $m (memory 1 4 shared) (func $begin (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))) (start $begin))
  (core instance (instantiate $m)))
