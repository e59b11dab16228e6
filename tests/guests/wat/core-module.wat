;; A core module, not made a component.
;; file: core
;; case: install => refused:core module
