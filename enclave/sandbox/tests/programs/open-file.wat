;; Exits with the number of the error that opening the file "/etc/hostname" under every descriptor up to 15 gives: 8 (no
;; such descriptor) or 54 (not a folder), and never 0.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "/etc/hostname")
  (func (export "_start")
    (local $folder i32)
    (loop $next
      (if (i32.eqz (call $open (local.get $folder) (i32.const 0) (i32.const 16) (i32.const 13) (i32.const 0)
                               (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 64)))
        (then (call $exit (i32.const 100))))
      (local.set $folder (i32.add (local.get $folder) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $folder) (i32.const 16))))))
