;; Calls itself without end, by way of a table, with many values at a time.
;; case: show home => module:trap
(type $many (func (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
(table 1 1 funcref)
(elem (i32.const 0) $deeper)
(func $deeper (type $many)
  (i64.add (i64.const 1)
    (call_indirect (type $many) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6) (local.get 7)
      (local.get 0) (i32.const 0))))
(func %render
  (drop (call $deeper (i64.const 0) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7)))
  (unreachable))
