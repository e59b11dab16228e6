(func $render %render (call $page (i32.const 16) (i32.const 7)))
