;; A component beside it with a hundred memories in one module, each growing.
;; case: show home => refused: | over-budget:memory | over-budget:instances
;;; beside
(component
  (core module $m
;; repeat 100
    (memory $m{n} 1)
;; end
    (func $begin (loop $again
;; repeat 100
      (drop (memory.grow $m{n} (i32.const 100)))
;; end
      (br $again)))
    (start $begin))
  (core instance (instantiate $m)))
