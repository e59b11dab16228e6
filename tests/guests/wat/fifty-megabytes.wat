;; A package of fifty megabytes.
;; file: pad 52428800
;; case: install => refused:larger than
