;; Brings a thousand core instances, each with a memory, into its store.
;; case: show home => refused: | over-budget:instances
;;; beside
(component
  (core module $m (memory 1) (table 10 funcref))
;; repeat 1000
  (core instance (instantiate $m))
;; end
)
