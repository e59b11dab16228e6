;; Components beside it that each keep within the limit of a memory, and together take many times as much.
;; case: show home => refused: | over-budget:memory | over-budget:instances
;;; beside
(component
  (core module $m (memory 1)
    (func $begin
      (drop (memory.grow (i32.const 1500)))
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 98304000)))
    (start $begin))
;; repeat 60
  (core instance (instantiate $m))
;; end
)
