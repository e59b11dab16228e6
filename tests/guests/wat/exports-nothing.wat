;; A component that exports nothing.
;; case: install => refused:does not export vatra:modules/screens
(component)
