;; Returns well, and never comes back from tidying up after it.
;; case: show home => over-budget:wall-clock | over-budget:cpu
;; case: act go => over-budget:wall-clock | over-budget:cpu
(func (export "cabi_post_vatra:modules/screens@0.1.0#render") (param i32) (loop $again (br $again)))
(func (export "cabi_post_vatra:modules/screens@0.1.0#perform") (param i32) (loop $again (br $again)))
