;; The memory of a fixture that has none of its own. The first 1,024 bytes are the shell's.
(memory $memory (export "memory") 2)
