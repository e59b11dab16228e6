;; Imports an interface that no host offers: the process's environment, by WASI's name.
;; world: import wasi:cli/environment@0.2.0;
;; package: package wasi:cli@0.2.0 { interface environment { get-environment: func() -> list<tuple<string, string>>; } }
;; case: install => refused:wasi:cli/environment
(import "wasi:cli/environment@0.2.0" "get-environment" (func $environment (param i32)))
(func %render (call $environment (i32.const 1024)) (unreachable))
