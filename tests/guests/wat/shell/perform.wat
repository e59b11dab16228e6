(func $perform %perform (call $done (i32.const 16) (i32.const 7)))
