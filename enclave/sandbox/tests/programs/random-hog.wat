;; Asks for a GiB of random bytes in one call.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 16385)
  (func (export "_start") (drop (call $random (i32.const 0) (i32.const 0x40000000)))))
