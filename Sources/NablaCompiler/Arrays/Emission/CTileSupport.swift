import NablaGraph
import NablaRuntime

/// What the tiles of one element type stand on: vectors of the machine, parts of them, and packing.
struct CTileSupport {
  let element: ElementType
  let unit: VectorUnit

  private var lanes: Int { unit.lanes(of: element) }

  var text: String {
    [types, parts, sum, turning, packing].joined(separator: "\n").filled([
      "T": element.cSuffix, "C": element.cType, "L": "\(lanes)", "B": "\(unit.bytes)", "S": element == .f32 ? "s" : "d",
    ])
  }

  /// The names of single and double precision in instructions are `ps` and `pd`.
  private let types = """
    #ifndef NABLA_TILE_CONTRACT
    #if defined(__clang__) && !defined(NABLA_STRICT)
    #define NABLA_TILE_CONTRACT _Pragma("clang fp contract(fast)")
    #else
    #define NABLA_TILE_CONTRACT
    #endif
    #endif
    typedef $C nabla_block_$T __attribute__((vector_size($B)));
    typedef $C nabla_block_$T_memory __attribute__((vector_size($B), aligned(sizeof($C)), may_alias));
    #if defined(__clang__) || defined(NABLA_STRICT)
    #define NABLA_TILE_ADD_$T(sum, x, y) sum = (x) * (y) + sum
    #elif defined(__AVX512F__) && $B == 64
    #define NABLA_TILE_ADD_$T(sum, x, y) \\
      sum = (nabla_block_$T)__builtin_ia32_vfmaddp$S512_mask((nabla_block_$T){0} + (x), y, sum, -1, 4)
    #elif defined(__FMA__) && $B == 32
    #define NABLA_TILE_ADD_$T(sum, x, y) sum = __builtin_ia32_vfmaddp$S256((nabla_block_$T){0} + (x), y, sum)
    #else
    #define NABLA_TILE_ADD_$T(sum, x, y) sum = (x) * (y) + sum
    #endif
    """

  private let parts = """
    /// The first elements of a vector, and zeros.
    static inline __attribute__((always_inline)) nabla_block_$T nabla_block_take_$T(const $C *from, int64_t count) {
    #if defined(__AVX512F__) && $B == 64
      return (nabla_block_$T)__builtin_ia32_loadup$S512_mask((const void *)from, (nabla_block_$T){0}, (1u << count) - 1);
    #else
      nabla_block_$T x = {0};
      for (int64_t lane = 0; lane < count; ++lane) x[lane] = from[lane];
      return x;
    #endif
    }
    static inline __attribute__((always_inline)) void nabla_block_put_$T($C *to, nabla_block_$T x, int64_t count) {
    #if defined(__AVX512F__) && $B == 64
      __builtin_ia32_storeup$S512_mask((void *)to, x, (1u << count) - 1);
    #else
      for (int64_t lane = 0; lane < count; ++lane) to[lane] = x[lane];
    #endif
    }
    """

  /// Halves are added up, and their halves.
  private var sum: String {
    var text = """
      /// The sum of all lanes.
      static inline __attribute__((always_inline)) $C nabla_block_sum_$T(nabla_block_$T x) {
      #if defined(__clang__) || __GNUC__ >= 12

      """
    var half = lanes / 2
    while half > 0 {
      let places = (0..<lanes).map { "\($0 ^ half)" }.joined(separator: ", ")
      text += "  x = x + __builtin_shufflevector(x, x, \(places));\n"
      half /= 2
    }
    return text + """
        return x[0];
      #else
        $C parts[$L];
        *(nabla_block_$T_memory *)parts = x;
        for (int half = $L / 2; half > 0; half /= 2)
          for (int lane = 0; lane < half; ++lane) parts[lane] += parts[lane + half];
        return parts[0];
      #endif
      }
      """
  }

  /// Rows become columns by exchanging, for each bit of a place, what differs in that bit of row and column: half of the
  /// bits between rows that lie far apart, the other half between neighbours, in loops that a compiler has less to do with
  /// than with all of a square at once.
  private var turning: String {
    let bits = lanes.trailingZeroBitCount, near = 1 << (bits / 2), far = lanes / near
    var text = """
      #if defined(__clang__) || __GNUC__ >= 12
      #define NABLA_TILE_TURN 1
      /// Turns a square: element `k` of vector `i`, of which there are `count`, becomes element `i` of vector `k`.
      static NABLA_NOINLINE void nabla_block_turn_$T(
          const $C *from, int64_t step, int64_t count, $C *to, int64_t width) {
        nabla_block_$T square[$L];
        NABLA_ROLLED
        for (int64_t i = 0; i < \(near); ++i) {

      """
    for k in 0..<far {
      text += "    nabla_block_$T x\(k) = {0};\n    if (i + \(k * near) < count) "
      text += "x\(k) = *(const nabla_block_$T_memory *)(from + (i + \(k * near)) * step);\n"
    }
    text += exchanges(of: far, distance: near)
    for k in 0..<far { text += "    square[i + \(k * near)] = x\(k);\n" }
    text += "  }\n  NABLA_ROLLED\n  for (int64_t i = 0; i < $L; i += \(near)) {\n"
    for k in 0..<near { text += "    nabla_block_$T x\(k) = square[i + \(k)];\n" }
    text += exchanges(of: near, distance: 1)
    for k in 0..<near { text += "    *(nabla_block_$T_memory *)(to + (i + \(k)) * width) = x\(k);\n" }
    return text + "  }\n}\n#endif\n"
  }

  /// The exchanges between some vectors, rows of the square at a distance.
  private func exchanges(of count: Int, distance: Int) -> String {
    var text = ""
    var half = count / 2
    while half > 0 {
      let bit = half * distance
      func list(_ place: (Int) -> Int) -> String { (0..<lanes).map { "\(place($0))" }.joined(separator: ", ") }
      let low = list { $0 & bit == 0 ? $0 : $0 - bit + lanes }
      let high = list { $0 & bit == 0 ? $0 + bit : $0 + lanes }
      for k in 0..<count where k & half == 0 {
        text += "    {\n      const nabla_block_$T a = x\(k), b = x\(k + half);\n"
        text += "      x\(k) = __builtin_shufflevector(a, b, \(low));\n"
        text += "      x\(k + half) = __builtin_shufflevector(a, b, \(high));\n    }\n"
      }
      half /= 2
    }
    return text
  }

  /// Squares are turned from the last to the first, so that what one writes too far the next one mends; the last step
  /// of all is written element by element.
  private let packing = """
    /// Packs `count` elements at a distance `across`, for each of `depth` steps `along`, and zeros up to `width`.
    static NABLA_NOINLINE void nabla_pack_$T(const $C *from, int64_t across, int64_t along, int64_t depth, $C *to,
        int64_t width, int64_t count) {
      int64_t k = 0;
      if (across == 1 && count == width && width % $L == 0) {
        NABLA_ROLLED
        for (; k < depth; ++k)
          for (int64_t j = 0; j < width; j += $L)
            *(nabla_block_$T_memory *)(to + k * width + j) = *(const nabla_block_$T_memory *)(from + k * along + j);
        return;
      }
    #ifdef NABLA_TILE_TURN
      if (along == 1)
        NABLA_ROLLED
        for (; k + $L < depth; k += $L)
          NABLA_ROLLED
          for (int64_t j = (width - 1) / $L * $L; j >= 0; j -= $L)
            nabla_block_turn_$T(from + j * across + k, across, count - j < $L ? count - j : $L, to + k * width + j, width);
    #endif
      NABLA_ROLLED
      for (; k < depth; ++k) {
        for (int64_t j = 0; j < count; ++j) to[k * width + j] = from[j * across + k * along];
        NABLA_ROLLED
        for (int64_t j = count; j < width; ++j) to[k * width + j] = 0;
      }
    }
    """
}
