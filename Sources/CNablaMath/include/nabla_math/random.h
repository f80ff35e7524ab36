// Random numbers that are functions of a key, a site and a position: no state, so every backend and every number of
// threads draws the same bits. Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
// 1, 2, 3" (SC 2011, doi 10.1145/2063384.2063405).
//
// The Philox key is the key, low word first. The counter is the row-major index of the element, low word first, then
// the site, low word first. An element takes the first two words of what comes out.
#ifndef NABLA_MATH_RANDOM_H
#define NABLA_MATH_RANDOM_H

// nabla:function philox
/// Philox4x32-10: four random words of a counter and a key.
static inline void nabla_philox(const unsigned counter[4], const unsigned key[2], unsigned words[4]) {
  unsigned c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  unsigned k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    const unsigned long long left = 0xD2511F53ull * c0, right = 0xCD9E8D57ull * c2;
    c0 = (unsigned)(right >> 32) ^ c1 ^ k0;
    c1 = (unsigned)right;
    c2 = (unsigned)(left >> 32) ^ c3 ^ k1;
    c3 = (unsigned)left;
    // The key moves on by the golden ratio and by the square root of 3 less 1.
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}
// nabla:end

// nabla:function random_bits uses philox
/// 64 random bits for one element of what a site draws with a key; a narrower number takes the lowest of them.
static inline unsigned long long nabla_random_bits(long long key, long long site, long long element) {
  const unsigned long long k = (unsigned long long)key, s = (unsigned long long)site;
  const unsigned long long e = (unsigned long long)element;
  const unsigned counter[4] = {(unsigned)e, (unsigned)(e >> 32), (unsigned)s, (unsigned)(s >> 32)};
  const unsigned halves[2] = {(unsigned)k, (unsigned)(k >> 32)};
  unsigned words[4];
  nabla_philox(counter, halves, words);
  return words[0] | (unsigned long long)words[1] << 32;
}
// nabla:end

// nabla:function random_uniform uses random_bits
/// A number of [0, 1): one of 2^53 that are equally far apart.
static inline double nabla_random_uniform(long long key, long long site, long long element) {
  return (double)(nabla_random_bits(key, site, element) >> 11) * 0x1p-53;
}
// nabla:end

// nabla:function random_uniform_single uses random_bits
/// A float of [0, 1): one of 2^24 that are equally far apart.
static inline float nabla_random_uniform_single(long long key, long long site, long long element) {
  return (float)((unsigned)nabla_random_bits(key, site, element) >> 8) * 0x1p-24f;
}
// nabla:end

#endif
