;; Lets a table grow until there is no more.
;; case: show home => over-budget:table
;; case: act go => over-budget:table
(table $table 1 funcref)
(func $swell (loop $again (drop (table.grow $table (ref.null func) (i32.const 1000))) (br $again)))
(func %render (call $swell) (unreachable))
(func %perform (call $swell) (unreachable))
