;; Takes memory 1 MiB at a time up to 8 GiB, touches it, and traps when it gets no more.
(module
  (memory (export "memory") i64 1)
  (func (export "_start")
    (local $taken i64)
    (loop $next
      (local.set $taken (memory.grow (i64.const 16)))
      (if (i64.eq (local.get $taken) (i64.const -1)) (then unreachable))
      (i64.store (i64.mul (local.get $taken) (i64.const 65536)) (i64.const 1))
      (br_if $next (i64.lt_u (local.get $taken) (i64.const 131072))))))
