;; Calls the host again and again, with some computing between, past its deadline: neither the one nor the other is much.
;; case: show home => over-budget:wall-clock | over-budget:cpu
;; case: act go => over-budget:wall-clock | over-budget:cpu
(import "vatra:clock/clock@0.1.0" "now" (func $now (result i64)))
(func $drip
  (local $left i32)
  (loop $again
    (drop (call $now))
    (local.set $left (i32.const 10000000))
    (loop $compute
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $compute (local.get $left)))
    (br $again)))
(func %render (call $drip) (unreachable))
(func %perform (call $drip) (unreachable))
