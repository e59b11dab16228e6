;; Its start function writes an entry: it is part of the call, a screen's may not, and an action's is kept with it.
;; case: show home => ok:Fixture
;; case: act go => ok:Fixture
(import "vatra:registers/registers@0.1.0" "add" (func $add (param i32 i32 i32 i32 i32)))
(data (i32.const 1024) "things")
(func $begin (call $add (i32.const 1024) (i32.const 6) (i32.const 2048) (i32.const 0) (i32.const 4096)))
(start $begin)
