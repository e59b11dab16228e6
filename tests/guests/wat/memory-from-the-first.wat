;; Asks for more memory than a call may have, before it is so much as called.
;; case: show home => refused:memory | over-budget:memory
(memory $memory (export "memory") 32768)
