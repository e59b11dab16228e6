;; Its allocator never returns: the host asks it for memory to hand over what a screen is given.
;; case: show home text=x => over-budget:wall-clock | over-budget:cpu
;; case: act go text=x => over-budget:wall-clock | over-budget:cpu
(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) (unreachable))
