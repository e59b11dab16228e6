;; Drops and reads component handles that it never had, and one of them twice.
;; world: export hoard: interface { resource thing { constructor(); } }
;; case: show home => module:trap
;; case: act go => module:trap
;; case: event => module:trap
(import "[export]hoard" "[resource-new]thing" (func $new (param i32) (result i32)))
(import "[export]hoard" "[resource-rep]thing" (func $rep (param i32) (result i32)))
(import "[export]hoard" "[resource-drop]thing" (func $drop (param i32)))
(func (export "hoard#[constructor]thing") (result i32) (call $new (i32.const 0)))
(func %render (drop (call $rep (i32.const 5))) (unreachable))
(func %perform (local $it i32) (local.set $it (call $new (i32.const 1))) (call $drop (local.get $it)) (call $drop (local.get $it)) (unreachable))
(func %handle (call $drop (i32.const -1)) (unreachable))
