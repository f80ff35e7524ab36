// The error functions.
#ifndef NABLA_MATH_VECTOR_ERROR_H
#define NABLA_MATH_VECTOR_ERROR_H

#include "exponential.h"

// nabla:function v_erf_small uses v
/// erf x for |x| <= 1. At most 1.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_erf_small(nabla_v x) {
  nabla_v z = x * x;
  nabla_v p = NABLA_V_POLY(
      z, 0x1.06eba8214db69p-3, -0x1.812746b0379e7p-2, 0x1.ce2f21a042be1p-4, -0x1.b82ce31288b2p-6, 0x1.565bcd0e6947fp-8,
      -0x1.c02db3ffe0c21p-11, 0x1.f9a326e5405bcp-14, -0x1.f4d2596fb33ap-17, 0x1.b9e687c3e0abbp-20,
      -0x1.5f70026e262cep-23, 0x1.fc686faf628abp-27, -0x1.4f16018750568p-30, 0x1.830ed95421e6p-34,
      -0x1.33d62c94107ddp-38);
  return nabla_v_fma(x, p, x);  // the constant term is 2/sqrt(pi) - 1
}
// nabla:end

// nabla:function v_erfc_large uses v v_pair v_exp_reduced v_exp_reduce v_expm1_reduced
/// erfc x for x >= 1/2, as e^-x^2 times a polynomial in (x - 3.75)/(x + 3.75) over x + 1. At most 2.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_erfc_large(nabla_v x) {
  x = nabla_v_at_most(nabla_v_at_least(x, 0.5), 27.5);
  nabla_v_pair square = nabla_v_product(x, x);
  nabla_v_exp_reduced r = nabla_v_exp_reduce(-square.high, -square.low);
  nabla_v_pair e = nabla_v_expm1_reduced(r), d = nabla_v_ordered(x, NABLA_V_SPLAT(1.0));
  nabla_v t = (x - 3.75) / (x + 3.75);
  nabla_v tail = NABLA_V_POLY(
      t, -0x1.a79726791d143p-3, 0x1.d6351b92556edp-4, -0x1.4cfc268c882b6p-5, -0x1.964c550751741p-9,
      0x1.333761f86bbb3p-6, -0x1.1b08f7c14f8cap-6, 0x1.4a003abccfe89p-7, -0x1.044be3ff45f49p-8, 0x1.c58868be805cbp-11,
      0x1.2839b90c503a8p-14, -0x1.fc0bd30e8a481p-14, 0x1.cf50097bb4606p-16, 0x1.0fce816ce7ef5p-17,
      -0x1.66b37d1d455e1p-18, -0x1.51f389686f39bp-23, 0x1.a1d2ec2bfaf47p-21, -0x1.138c0b1058d14p-24,
      -0x1.c6242d8ce558ap-24, 0x1.04d1bd76a5954p-26, 0x1.72b7f4d495931p-27, -0x1.e61e90495b00ep-30);
  nabla_v_pair p = nabla_v_ordered(NABLA_V_SPLAT(0x1.6212fee9586e8p-1), t * tail);
  p.low += 0x1.92976608e4358p-55;
  nabla_v inverse = 1 / d.high, q = p.high * inverse;
  nabla_v_pair back = nabla_v_product(q, d.high);
  nabla_v rest = ((p.high - back.high) - back.low + (p.low - q * d.low)) * inverse;
  return nabla_v_scale(q + nabla_v_fma(q, e.high, nabla_v_fma(q, e.low, nabla_v_fma(rest, e.high, rest))), r.k);
}
// nabla:end

// nabla:function v_erf_512 uses v v_abs
#if NABLA_V_512
/// erf(x)/x on 16 intervals of 3/8, each a polynomial about its middle; row k has the coefficients of the k-th power.
static const double nabla_v_erf_rows[13][16] = {
    {0x1.1d83ecffec36fp+0, 0x1.0515eb269a871p+0, 0x1.bd27934b60faap-1, 0x1.6d59d74762b16p-1, 0x1.2a3f118acbfb6p-1,
      0x1.eebaa9dc6cd65p-2, 0x1.a3dd53a96f827p-2, 0x1.6c10437d9096p-2, 0x1.4140b7597ed16p-2, 0x1.1f703f011c05p-2,
      0x1.04104093ef2dap-2, 0x1.dae60763144f3p-3, 0x1.b4e81b4e42575p-3, 0x1.948b0fcd6d35cp-3, 0x1.78a4c8178a466p-3,
      0x1.6058160581604p-3},
    {-0x1.1ad8fe728fb0dp-3, -0x1.679e55f14d0eap-2, -0x1.b5e332cde440fp-2, -0x1.8f809e64ed9a2p-2, -0x1.39c6f88e49114p-2,
      -0x1.cfd13eabffa6cp-3, -0x1.56032d5d0baafp-3, -0x1.02968c04ffb99p-3, -0x1.9315ad7b4b376p-4, -0x1.42bbe2c4d7a5bp-4,
      -0x1.0830f66ef043ep-4, -0x1.b87c4fe0b3d4bp-5, -0x1.74d3b7b0c35f8p-5, -0x1.3fa39ab50c6aep-5, -0x1.15123aeb0f55p-5,
      -0x1.e4f25ade496f5p-6},
    {-0x1.6948b59e1edfap-2, -0x1.957878b9a0e22p-3, -0x1.96b59010877d9p-7, 0x1.881c8071ff83p-4, 0x1.dbcb2d65fceb1p-4,
      0x1.8017a093cae02p-4, 0x1.0c7a53b881f44p-4, 0x1.6c6096b38a50cp-5, 0x1.f91ddc13f7d73p-6, 0x1.6a4f9f68b08bbp-6,
      0x1.0c61a0850863p-6, 0x1.9890e7e0057f1p-7, 0x1.3e254d8c41262p-7, 0x1.f91bd1ac9e481p-8, 0x1.97a51ec68799ep-8,
      0x1.4dba0cfc10d42p-8},
    {0x1.4c6796aab8972p-4, 0x1.6262c6c4b0254p-3, 0x1.1daad1cca418ep-3, 0x1.abb88a77c2f85p-5, -0x1.0b4f228178165p-7,
      -0x1.aa2cb39216fffp-6, -0x1.704381c10f54cp-6, -0x1.ee6404fba4b86p-7, -0x1.3a0bd7e30dfb9p-7, -0x1.964941ef94539p-8,
      -0x1.109b4df2e155fp-8, -0x1.7af4d27dffde9p-9, -0x1.0f7bf56bf2f4cp-9, -0x1.8f19239d02a28p-10,
      -0x1.2be074ca57996p-10, -0x1.cb52a6842395bp-11},
    {0x1.95f90c6998bf3p-4, 0x1.1354bdb0767c8p-6, -0x1.a83203f32f60fp-5, -0x1.c067e3cd52195p-5, -0x1.92506b292808ep-6,
      -0x1.1403e625d27b9p-9, 0x1.3c94b39db007dp-8, 0x1.2593e9b2856ddp-8, 0x1.799525ef51e0bp-9, 0x1.c4c8fb78286ecp-10,
      0x1.14adb609f332cp-10, 0x1.5f77ad1be7c9dp-11, 0x1.cf54ab947dcb9p-12, 0x1.3b56372034f2fp-12, 0x1.b932b18151749p-13,
      0x1.3c17d8700c4ffp-13},
    {-0x1.d0686f572ff6bp-6, -0x1.92fd6786b2c2dp-5, -0x1.379108f2ef598p-6, 0x1.8999afcf1cebbp-7, 0x1.092fbb3a40e86p-6,
      0x1.e02ba3bd9d929p-8, 0x1.ff2ed0bdf1c5cp-11, -0x1.ab92808a4409bp-11, -0x1.93798be8f71fdp-11,
      -0x1.eb86a76f22b4ep-12, -0x1.17a11604fc8b1p-12, -0x1.45d210204cd4fp-13, -0x1.8b5c04e7ca95dp-14,
      -0x1.f24f14053eb78p-15, -0x1.448f3749e7839p-15, -0x1.b30d8ced32167p-16},
    {-0x1.677ae23106151p-6, 0x1.2aefea7dd228p-8, 0x1.20af561de470ep-6, 0x1.007ad2e563159p-7, -0x1.5e721459357f8p-9,
      -0x1.03b7936da1edcp-8, -0x1.abb388167c6dbp-10, -0x1.a9289c109ef38p-13, 0x1.15c71e15b15fdp-13,
      0x1.e645c4aa1e06dp-14, 0x1.15975585b5387p-14, 0x1.2d4e4c68c48f5p-15, 0x1.514854712f00dp-16, 0x1.89b80ad98cd3ep-17,
      0x1.dd832b62437a6p-18, 0x1.2b6429786f1c6p-18},
    {0x1.d6a56e5cdcb88p-8, 0x1.418812343fc22p-7, -0x1.a5d2e4d76e672p-12, -0x1.58c81dc58b69cp-8, -0x1.188297c3d18f3p-9,
      0x1.5b1403e0edb27p-11, 0x1.af827a13f7de9p-11, 0x1.28b05d0d9ba09p-12, 0x1.afe6a715f611cp-16,
      -0x1.571541d0c5abbp-16, -0x1.025790bf9eda4p-16, -0x1.13b1758a60b04p-17, -0x1.1f639b1a29efap-18,
      -0x1.370d603f80de6p-19, -0x1.5f457f42fc181p-20, -0x1.9c10b7ae85befp-21},
    {0x1.027001e8f9e9ap-8, -0x1.2092d0d6465p-9, -0x1.b1ef4ca326c77p-9, 0x1.247a3a6115484p-13, 0x1.63c246af32b0fp-10,
      0x1.b4a305d0edd4dp-12, -0x1.5f131e14b0e86p-13, -0x1.2c7eafa5a2df4p-13, -0x1.41b7e601ddc4p-15,
      -0x1.c2aea0426e0ap-20, 0x1.7f02f9f896d0dp-19, 0x1.e50a5d33d6ef8p-20, 0x1.e71ce0961dfdep-21, 0x1.eb3ccfd5038a5p-22,
      0x1.02659cabe9cap-22, 0x1.1b924578a1d5fp-23},
    {-0x1.7811ea193cef5p-10, -0x1.82ea1293a11adp-10, 0x1.80dd0640ae167p-11, 0x1.d0488f43196e6p-11,
      -0x1.db2309a413cfdp-14, -0x1.354e236587432p-12, -0x1.c0401692367c1p-15, 0x1.333abb76a45b8p-15,
      0x1.56239ef3cae5p-16, 0x1.0bf9ccabb263fp-18, -0x1.3e49310b79fbcp-24, -0x1.74471b2adf9eap-22,
      -0x1.944ddf69e554ap-23, -0x1.82fe133f0d17cp-24, -0x1.7c164bede8d6ep-25, -0x1.8649353a34a54p-26},
    {-0x1.36e36f6cf68c2p-11, 0x1.10f1678741997p-11, 0x1.a9e42831fa13p-12, -0x1.033b6fedb8321p-12,
      -0x1.7d4f0bf919647p-13, 0x1.a60b1c5a3931p-15, 0x1.ad5157bd92b95p-15, 0x1.6044a3deac91fp-19,
      -0x1.a9c6a36ec8101p-18, -0x1.3638b847fe2efp-19, -0x1.484a2de863b6ep-22, 0x1.30fae97c89e79p-25,
      0x1.37f0a0680fe2fp-25, 0x1.2dff23599e435p-26, 0x1.174e92b8f9003p-27, 0x1.0c91402b2711ep-28},
    {0x1.e934920ae4f58p-13, 0x1.641bedbe54d5p-13, -0x1.6f3abc3a5721dp-13, -0x1.3e6e37b5ada72p-14,
      0x1.24f9523ec943ep-14, 0x1.b02c60367732ap-16, -0x1.cc0bdeb67efe7p-17, -0x1.bc1d9c478d3d5p-18,
      0x1.290c874919f94p-21, 0x1.c3e34ae157fbep-21, 0x1.baf090c48654p-23, 0x1.10d7f4b7bb1bap-26, -0x1.69509653edce4p-28,
      -0x1.c839f474b50a4p-29, -0x1.9a74dffc17a1ep-30, -0x1.72c44cfbaf872p-31},
    {0x1.3c4430e662019p-14, -0x1.6fd17461ab01dp-14, -0x1.f5b518aa26e03p-16, 0x1.a4f31ef11182p-15,
      0x1.9abc70a956e06p-18, -0x1.020a22c6dff27p-16, -0x1.b1fb21a99ae1cp-20, 0x1.5cd41e8d06f82p-19,
      0x1.2bfd30b1c4cf5p-21, -0x1.6a9bff1c801f6p-23, -0x1.6f09d1b10c2a9p-24, -0x1.d8cb3fa9e4042p-27,
      -0x1.c99d0267fcc28p-33, 0x1.2f692f229a671p-31, 0x1.282827298ba27p-32, 0x1.fd8153f5f663cp-34}};

/// erf x.
NABLA_V_INLINE nabla_v nabla_v_erf_512(nabla_v x) {
  nabla_v size = nabla_v_abs(x), a = nabla_v_at_most(size, 0x1.7ffffffffp2);
  nabla_v n = __builtin_ia32_rndscalepd_mask(a * (16.0 / 6), 9, a, -1, 4);
  nabla_v_bits row = nabla_v_to_bits(n + 0x1.8p52);
  nabla_v u = nabla_v_fma(n, NABLA_V_SPLAT(-0.375), a) - 0.1875, p = nabla_v_look_up(nabla_v_erf_rows[12], row);
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[11], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[10], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[9], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[8], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[7], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[6], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[5], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[4], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[3], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[2], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[1], row));
  p = nabla_v_fma(p, u, nabla_v_look_up(nabla_v_erf_rows[0], row));
  return nabla_v_copysign(nabla_v_select(size > 5.95, NABLA_V_SPLAT(1.0), a * p), x);
}
#endif
// nabla:end

// nabla:function v_erf uses v v_erf_512 v_abs v_erfc_large v_erf_small
/// erf x. At most 2.0 ulp.
NABLA_V_INLINE nabla_v nabla_v_erf(nabla_v x) {
#if NABLA_V_512
  return nabla_v_erf_512(x);
#else
  nabla_v a = nabla_v_abs(x), far = nabla_v_copysign(1 - nabla_v_erfc_large(a), x);
  return nabla_v_select(a > 1, far, nabla_v_erf_small(x));
#endif
}
// nabla:end

// nabla:function v_erfc uses v v_erfc_large v_abs v_erf_small
/// erfc x = 1 - erf x. At most 1.7 ulp.
NABLA_V_INLINE nabla_v nabla_v_erfc(nabla_v x) {
  nabla_v large = nabla_v_erfc_large(nabla_v_abs(x));
  nabla_v small = 1 - nabla_v_erf_small(nabla_v_select(nabla_v_abs(x) <= 1, x, NABLA_V_SPLAT(0.0)));
  nabla_v y = nabla_v_select(x < -1, 2 - large, nabla_v_select(x >= 0.5, large, small));
  return nabla_v_select(x == x, y, x);
}
// nabla:end

#endif
