;; Needs 2 GiB of memory to begin with.
(module
  (memory (export "memory") 32768)
  (func (export "_start")))
