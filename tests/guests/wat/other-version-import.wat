;; Imports an interface of the contract in a version that does not exist.
;; world: import vatra:clock/clock@9.9.9;
;; package: package vatra:clock@9.9.9 { interface clock { now: func() -> u64; } }
;; case: install => refused:vatra:clock/clock@9.9.9
(import "vatra:clock/clock@9.9.9" "now" (func $now (result i64)))
(func %render (drop (call $now)) (unreachable))
