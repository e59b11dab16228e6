;; A component of which each level instantiates the one below twice: twenty levels are a million instances, in a few hundred bytes.
;; case: install => refused: | ok:installed
;; case: show home => refused: | over-budget:instances
;;; beside
(component
  (component $c0 (core module $m (memory 1)) (core instance (instantiate $m)))
  (component $c1 (alias outer 1 $c0 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c2 (alias outer 1 $c1 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c3 (alias outer 1 $c2 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c4 (alias outer 1 $c3 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c5 (alias outer 1 $c4 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c6 (alias outer 1 $c5 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c7 (alias outer 1 $c6 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c8 (alias outer 1 $c7 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c9 (alias outer 1 $c8 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c10 (alias outer 1 $c9 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c11 (alias outer 1 $c10 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c12 (alias outer 1 $c11 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c13 (alias outer 1 $c12 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c14 (alias outer 1 $c13 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c15 (alias outer 1 $c14 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c16 (alias outer 1 $c15 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c17 (alias outer 1 $c16 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c18 (alias outer 1 $c17 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c19 (alias outer 1 $c18 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (component $c20 (alias outer 1 $c19 (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))
  (instance (instantiate $c20)))
