;; Has ten thousand functions, and works well.
;; case: install => ok:installed
;; case: show home => ok:Fixture
;; repeat 10000
(func (param i32) (result i32) (i32.add (local.get 0) (i32.const {n})))
;; end
