;; A component beside it that takes memory in the collected heap without end (the garbage collection proposal).
;; case: show home => refused: | over-budget:memory | module:trap
;;; beside
(component
  (core module $m
    (type $link (struct (field (mut (ref null $link))) (field i64)))
    (global $first (mut (ref null $link)) (ref.null $link))
    (func $begin (loop $again
      (global.set $first (struct.new $link (global.get $first) (i64.const 7)))
      (br $again)))
    (start $begin))
  (core instance (instantiate $m)))
