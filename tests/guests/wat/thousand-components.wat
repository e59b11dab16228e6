;; Has a thousand components in a component beside it, each with an instance.
;; case: show home => refused: | over-budget:instances | ok:Fixture
;;; beside
(component
;; repeat 999
  (component $c{n}) (instance (instantiate $c{n}))
;; end
)
