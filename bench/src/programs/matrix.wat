;; Each round multiplies two matrices of 128 × 128 floating-point numbers, at 65536 and 196608, into a third, at 327680.
;; The answer is the sum of the products' traces.
(global $seed (mut i32) (i32.const 1))
;; Fills both factors with numbers between -1 and 1.
(func $fill
  (local $at i32)
  (local.set $at (i32.const 65536))
  (loop $next
    (global.set $seed (i32.add (i32.mul (global.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
    (f64.store (local.get $at)
      (f64.mul (f64.convert_i32_s (global.get $seed)) (f64.const 0x1p-31)))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const 327680)))))
;; Adds $factor times the row at $from to the row at $to.
(func $add_row (param $to i32) (param $from i32) (param $factor f64)
  (local $end i32)
  (local.set $end (i32.add (local.get $to) (i32.const 1024)))
  (loop $next
    (f64.store (local.get $to)
      (f64.add (f64.load (local.get $to)) (f64.mul (local.get $factor) (f64.load (local.get $from)))))
    (local.set $to (i32.add (local.get $to) (i32.const 8)))
    (local.set $from (i32.add (local.get $from) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $to) (local.get $end)))))
(func $multiply
  (local $row i32) (local $k i32)
  (memory.fill (i32.const 327680) (i32.const 0) (i32.const 131072))
  (loop $rows
    (local.set $k (i32.const 0))
    (loop $ks
      (call $add_row
        (i32.add (i32.const 327680) (i32.shl (local.get $row) (i32.const 10)))
        (i32.add (i32.const 196608) (i32.shl (local.get $k) (i32.const 10)))
        (f64.load offset=65536
          (i32.add (i32.shl (local.get $row) (i32.const 10)) (i32.shl (local.get $k) (i32.const 3)))))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $ks (i32.lt_u (local.get $k) (i32.const 128))))
    (local.set $row (i32.add (local.get $row) (i32.const 1)))
    (br_if $rows (i32.lt_u (local.get $row) (i32.const 128)))))
(func $trace
  (local $at i32)
  (local.set $at (i32.const 327680))
  (loop $next
    (f64.store (i32.const 32) (f64.add (f64.load (i32.const 32)) (f64.load (local.get $at))))
    (local.set $at (i32.add (local.get $at) (i32.const 1032)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const 458752)))))
(func $work (param $rounds i32)
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $rounds)))
      (call $fill)
      (call $multiply)
      (call $trace)
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br $next))))
