;; Misbehaves in nothing: shows that the shell and its layout are right, so that what the others come to is their own doing.
;; case: install => ok:installed
;; case: show home => ok:Fixture
;; case: act go => ok:Fixture
