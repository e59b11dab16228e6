;; Calls its own exports from within its own exports: a plain call that ends where the stack does.
;; case: show home => module:trap
(func $self %render (local.get 0) (local.get 1) (local.get 2) (local.get 3) (call $self))
