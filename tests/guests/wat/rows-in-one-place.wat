;; Adds a million entries by one call: every row of the list is the same few bytes of its own memory.
;; case: act go => over-budget:host-bytes | over-budget:entries-written
(import "vatra:registers/registers@0.1.0" "add-many" (func $add-many (param i32 i32 i32 i32 i32)))
(memory $memory (export "memory") 160)
(data (i32.const 1024) "things")
(func %perform
  (local $at i32)
  (call $text-field (i32.const 1040) (i32.const 32) (i32.const 4) (i32.const 16) (i32.const 7))
  (local.set $at (i32.const 131072))
  (loop $again
    (i32.store (local.get $at) (i32.const 1040))
    (i32.store offset=4 (local.get $at) (i32.const 1))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $again (i32.lt_u (local.get $at) (i32.const 8131072))))
  (call $add-many (i32.const 1024) (i32.const 6) (i32.const 131072) (i32.const 1000000) (i32.const 2048))
  (call $done (i32.const 16) (i32.const 7)))
