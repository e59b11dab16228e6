;; Asks for a larger table than a call may have, before it is so much as called.
;; case: show home => refused:table | over-budget:table
(table $table 1000000 funcref)
