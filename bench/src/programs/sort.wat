;; Each round fills 65536 numbers from a linear congruential generator and merge-sorts them between two places, at 65536
;; and 327680. The answer is a hash of every 256th number of every round.
(global $seed (mut i32) (i32.const 1))
(global $count i32 (i32.const 65536))
(func $fill (param $to i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $to) (i32.shl (global.get $count) (i32.const 2))))
  (loop $next
    (global.set $seed (i32.add (i32.mul (global.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
    (i32.store (local.get $to) (global.get $seed))
    (local.set $to (i32.add (local.get $to) (i32.const 4)))
    (br_if $next (i32.lt_u (local.get $to) (local.get $end)))))
;; Merges the sorted numbers from $left up to $right, and from there up to $end, to $to.
(func $merge (param $left i32) (param $right i32) (param $end i32) (param $to i32)
  (local $a i32) (local $b i32) (local $middle i32)
  (local.set $middle (local.get $right))
  (block $done
    (loop $next
      (block $take_right
        (block $take_left
          (if (i32.eq (local.get $left) (local.get $middle))
            (then
              (br_if $done (i32.eq (local.get $right) (local.get $end)))
              (br $take_right)))
          (br_if $take_left (i32.eq (local.get $right) (local.get $end)))
          (local.set $a (i32.load (local.get $left)))
          (local.set $b (i32.load (local.get $right)))
          (br_if $take_left (i32.le_s (local.get $a) (local.get $b)))
          (br $take_right))
        (i32.store (local.get $to) (i32.load (local.get $left)))
        (local.set $left (i32.add (local.get $left) (i32.const 4)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (br $next))
      (i32.store (local.get $to) (i32.load (local.get $right)))
      (local.set $right (i32.add (local.get $right) (i32.const 4)))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br $next))))
;; Sorts what lies at $from and gives the place where it lies then.
(func $sort (param $from i32) (param $to i32) (result i32)
  (local $bytes i32) (local $width i32) (local $at i32) (local $kept i32)
  (local.set $bytes (i32.shl (global.get $count) (i32.const 2)))
  (local.set $width (i32.const 4))
  (loop $pass
    (local.set $at (i32.const 0))
    (loop $pair
      (call $merge
        (i32.add (local.get $from) (local.get $at))
        (i32.add (i32.add (local.get $from) (local.get $at)) (local.get $width))
        (i32.add (i32.add (local.get $from) (local.get $at)) (i32.shl (local.get $width) (i32.const 1)))
        (i32.add (local.get $to) (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.shl (local.get $width) (i32.const 1))))
      (br_if $pair (i32.lt_u (local.get $at) (local.get $bytes))))
    (local.set $kept (local.get $from))
    (local.set $from (local.get $to))
    (local.set $to (local.get $kept))
    (local.set $width (i32.shl (local.get $width) (i32.const 1)))
    (br_if $pass (i32.lt_u (local.get $width) (local.get $bytes))))
  (local.get $from))
(func $hash (param $from i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $from) (i32.shl (global.get $count) (i32.const 2))))
  (loop $next
    (i64.store (i32.const 32)
      (i64.add
        (i64.mul (i64.load (i32.const 32)) (i64.const 0x100000001b3))
        (i64.load32_s (local.get $from))))
    (local.set $from (i32.add (local.get $from) (i32.const 1024)))
    (br_if $next (i32.lt_u (local.get $from) (local.get $end)))))
(func $work (param $rounds i32)
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $rounds)))
      (call $fill (i32.const 65536))
      (call $hash (call $sort (i32.const 65536) (i32.const 327680)))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br $next))))
