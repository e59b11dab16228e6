;; Its start function traps: there is nothing to be called.
;; case: show home => module:trap
;; case: act go => module:trap
(func $begin (unreachable))
(start $begin)
