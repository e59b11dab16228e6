;; Gives memory away from the second page on, and takes none back.
(global $free (mut i32) (i32.const 65536))
(func $realloc (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $wanted i32) (result i32)
  (local $at i32)
  (global.set $free (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
  (local.set $at (global.get $free))
  (global.set $free (i32.add (global.get $free) (local.get $wanted)))
  (block $enough
    (br_if $enough (i32.le_u (global.get $free) (i32.mul (memory.size) (i32.const 65536))))
    (drop (memory.grow (i32.add (i32.const 1)
      (i32.div_u (i32.sub (global.get $free) (i32.mul (memory.size) (i32.const 65536))) (i32.const 65536))))))
  (memory.copy (local.get $at) (local.get $old) (local.get $had))
  (local.get $at))
