;; Traps in every way that an instruction can.
;; case: show home => module:trap
;; case: act go => module:trap
;; case: event => module:trap
(table 4 funcref)
(func %render (drop (i32.div_s (i32.const 1) (i32.const 0))) (unreachable))
(func %perform (call_indirect (i32.const 3)) (unreachable))
(func %handle (drop (i32.trunc_f64_s (f64.const nan))) (unreachable))
