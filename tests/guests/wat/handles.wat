;; Makes component handles without end, of a resource of its own.
;; world: export hoard: interface { resource thing { constructor(); } }
;; case: show home => over-budget:handles | module:trap | over-budget:memory
(import "[export]hoard" "[resource-new]thing" (func $new (param i32) (result i32)))
(func (export "hoard#[constructor]thing") (result i32) (call $new (i32.const 0)))
(func %render (loop $again (drop (call $new (i32.const 7))) (br $again)) (unreachable))
