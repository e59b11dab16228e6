;; Well behaved, with a component beside it whose memory has 64-bit addresses: more than a call may have.
;; case: show home => refused: | over-budget:memory
;;; beside
(component
  (core module $m (memory i64 1)
    (func $begin (loop $again (drop (memory.grow (i64.const 16))) (br $again))) (start $begin))
  (core instance (instantiate $m)))
