// The inverse circular functions.
#ifndef NABLA_MATH_VECTOR_INVERSE_H
#define NABLA_MATH_VECTOR_INVERSE_H

#include "vector.h"

// nabla:function v_asin_parts uses v v_abs v_sqrt
/// With a = |x|: asin(root) = root + tail, where root is a up to 1/2 and sqrt((1 - a)/2) beyond.
typedef struct {
  nabla_v_mask near;
  nabla_v root, tail;
} nabla_v_asin_parts;

NABLA_V_INLINE nabla_v_asin_parts nabla_v_asin_reduce(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v_mask near = a <= 0.5;
  nabla_v beyond = nabla_v_fma(a, NABLA_V_SPLAT(-0.5), NABLA_V_SPLAT(0.5));  // exact
  nabla_v z = nabla_v_select(near, a * a, beyond), root = nabla_v_select(near, a, nabla_v_sqrt(beyond));
  nabla_v p = NABLA_V_POLY(
      z, 0x1.5555555555556p-3, 0x1.3333333332ecap-4, 0x1.6db6db6e31f13p-5, 0x1.f1c71c1db0623p-6,
      0x1.6e8bb1c8209a2p-6, 0x1.1c4d35cf95421p-6, 0x1.c9cf07674736ap-7, 0x1.782651caa6547p-7, 0x1.52420b04b37bep-7,
      0x1.65a9c4dfcf8b2p-8, 0x1.1d189408314eep-6, -0x1.e6aaa8a0a04ccp-7, 0x1.d72b2bc8155f8p-6);
  return (nabla_v_asin_parts){near, root, root * z * p};
}
// nabla:end

// nabla:function v_asin uses v v_asin_parts
/// asin x; NaN for |x| > 1. At most 1.3 ulp.
NABLA_V_INLINE nabla_v nabla_v_asin(nabla_v x) {
  const double half_pi = 0x1.921fb54442d18p+0, half_pi_low = 0x1.1a62633145c07p-54;
  nabla_v_asin_parts r = nabla_v_asin_reduce(x);
  // pi/2 - 2 (root + tail)
  nabla_v upper = nabla_v_fma(r.root, NABLA_V_SPLAT(-2.0), NABLA_V_SPLAT(half_pi));
  nabla_v lost = nabla_v_fma(r.root, NABLA_V_SPLAT(-2.0), half_pi - upper);
  nabla_v far = upper + (lost + nabla_v_fma(r.tail, NABLA_V_SPLAT(-2.0), NABLA_V_SPLAT(half_pi_low)));
  return nabla_v_copysign(nabla_v_select(r.near, r.root + r.tail, far), x);
}
// nabla:end

// nabla:function v_acos uses v v_asin_parts
/// acos x; NaN for |x| > 1. At most 1.3 ulp.
NABLA_V_INLINE nabla_v nabla_v_acos(nabla_v x) {
  const double half_pi = 0x1.921fb54442d18p+0, half_pi_low = 0x1.1a62633145c07p-54;
  nabla_v_asin_parts r = nabla_v_asin_reduce(x);
  // n pi/2 - s (root + tail): pi/2 - asin x; beyond 1/2, 2 asin(root) or pi less that
  nabla_v n = nabla_v_select(x < 0, NABLA_V_SPLAT(2.0), NABLA_V_SPLAT(0.0));
  n = nabla_v_select(r.near, NABLA_V_SPLAT(1.0), n);
  nabla_v s = nabla_v_flip(nabla_v_select(r.near, NABLA_V_SPLAT(1.0), NABLA_V_SPLAT(-2.0)), x);
  nabla_v whole = n * half_pi, upper = nabla_v_fma(-s, r.root, whole), lost = nabla_v_fma(-s, r.root, whole - upper);
  return upper + (lost + nabla_v_fma(-s, r.tail, n * half_pi_low));
}
// nabla:end

// nabla:function v_angle uses v v_pair
/// The angle of the point (x, y), x and y >= 0 and not both 0 or infinite, in [0, pi/2]; with turn = 4 that of (-x, y).
/// One division: of the smaller by the larger, or of difference by sum (atan(y/x) = pi/4 + atan((y - x)/(y + x))).
NABLA_V_INLINE nabla_v nabla_v_angle(nabla_v y, nabla_v x, nabla_v turn) {
  nabla_v_mask steep = y > x;
  nabla_v small = nabla_v_select(steep, x, y), large = nabla_v_select(steep, y, x);
  nabla_v_mask middle = small > 0.5 * large;
  nabla_v numerator = nabla_v_select(middle, small - large, small);
  nabla_v denominator = nabla_v_select(middle, small + large, large);
  nabla_v t = numerator / denominator, n = nabla_v_select(middle, NABLA_V_SPLAT(1.0), NABLA_V_SPLAT(0.0));
  // the angle is n pi/4 + t, then reflected
  n = nabla_v_select(steep, 2 - n, n);
  t = nabla_v_select(steep, -t, t);
  n = nabla_v_select(turn > n, turn - n, n);
  t = nabla_v_select(turn > 0, -t, t);
  nabla_v z = t * t;
  nabla_v p = NABLA_V_POLY(
      z, -0x1.5555555555555p-2, 0x1.99999999998e1p-3, -0x1.2492492488296p-3, 0x1.c71c71c01b24cp-4,
      -0x1.745d16026efd7p-4, 0x1.3b138e6372dcap-4, -0x1.110ea50256abfp-4, 0x1.e1a7b2562efc5p-5,
      -0x1.ad44da04adea3p-5, 0x1.7b20b751c966ap-5, -0x1.37d750492dd9bp-5, 0x1.99b4e0c058248p-6,
      -0x1.2dfbaab9786efp-7);
  nabla_v_pair sum = nabla_v_ordered(n * 0x1.921fb54442dp-1, t);  // n pi/4 is exact: its lower part comes later
  return sum.high + (sum.low + nabla_v_fma(t * z, p, n * 0x1.8469898cc517p-49));
}
// nabla:end

// nabla:function v_atan uses v v_angle v_abs
/// atan x. At most 1.4 ulp.
NABLA_V_INLINE nabla_v nabla_v_atan(nabla_v x) {
  return nabla_v_copysign(nabla_v_angle(nabla_v_abs(x), NABLA_V_SPLAT(1.0), NABLA_V_SPLAT(0.0)), x);
}
// nabla:end

// nabla:function v_acot uses v v_angle v_abs
/// atan(1/x), odd; acot(+-0) is +-pi/2. At most 1.4 ulp.
NABLA_V_INLINE nabla_v nabla_v_acot(nabla_v x) {
  return nabla_v_copysign(nabla_v_angle(NABLA_V_SPLAT(1.0), nabla_v_abs(x), NABLA_V_SPLAT(0.0)), x);
}
// nabla:end

// nabla:function v_atan2 uses v v_abs constants v_angle
/// The angle of the point (x, y) in [-pi, pi], with IEEE 754's values at zeros and infinities. At most 1.4 ulp.
NABLA_V_INLINE nabla_v nabla_v_atan2(nabla_v y, nabla_v x) {
  nabla_v a = nabla_v_abs(y), b = nabla_v_abs(x);
  nabla_v_mask infinite = (a == NABLA_INFINITY) & (b == NABLA_INFINITY), huge = (a > 0x1p1000) | (b > 0x1p1000);
  nabla_v shrink = nabla_v_select(huge, NABLA_V_SPLAT(0x1p-100), NABLA_V_SPLAT(1.0));
  a = nabla_v_select(infinite, NABLA_V_SPLAT(1.0), a * shrink);
  b = nabla_v_select(infinite, NABLA_V_SPLAT(1.0), b * shrink);
  b = nabla_v_select((a == 0) & (b == 0), NABLA_V_SPLAT(1.0), b);
  nabla_v turn = 2 - nabla_v_copysign(NABLA_V_SPLAT(2.0), x);
  nabla_v angle = nabla_v_copysign(nabla_v_angle(a, b, turn), y);
  return nabla_v_select((x == x) & (y == y), angle, x + y);
}
// nabla:end

// nabla:function v_square_less_one uses v
/// x^2 - 1 for x >= 1, rounded once where the machine can.
NABLA_V_INLINE nabla_v nabla_v_square_less_one(nabla_v x) {
#if NABLA_V_FMA
  return nabla_v_fma(x, x, NABLA_V_SPLAT(-1.0));
#else
  return (x - 1) * (x + 1);
#endif
}
// nabla:end

// nabla:function v_asec uses v v_abs v_sqrt v_square_less_one v_angle constants
/// acos(1/x); NaN for |x| < 1. At most 2.2 ulp.
NABLA_V_INLINE nabla_v nabla_v_asec(nabla_v x) {
  nabla_v a = nabla_v_abs(x), turn = 2 - nabla_v_copysign(NABLA_V_SPLAT(2.0), x);
  nabla_v leg = nabla_v_select(a > 0x1p500, a, nabla_v_sqrt(nabla_v_square_less_one(a)));
  nabla_v y = nabla_v_angle(leg, NABLA_V_SPLAT(1.0), turn);
  return nabla_v_select(a >= 1, y, NABLA_V_SPLAT(NABLA_NAN));
}
// nabla:end

// nabla:function v_acsc uses v v_abs v_sqrt v_square_less_one v_angle constants
/// asin(1/x); NaN for |x| < 1. At most 2.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_acsc(nabla_v x) {
  nabla_v a = nabla_v_abs(x);
  nabla_v leg = nabla_v_select(a > 0x1p500, a, nabla_v_sqrt(nabla_v_square_less_one(a)));
  nabla_v y = nabla_v_copysign(nabla_v_angle(NABLA_V_SPLAT(1.0), leg, NABLA_V_SPLAT(0.0)), x);
  return nabla_v_select(a >= 1, y, NABLA_V_SPLAT(NABLA_NAN));
}
// nabla:end

#endif
