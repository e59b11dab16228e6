;; A package of which little is left.
;; file: cut 3000
;; case: install => refused:
