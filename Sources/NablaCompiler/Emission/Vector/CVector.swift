import NablaGraph
import NablaRuntime

/// The vector types of emitted C: what a value is where a statement works on several points at once.
///
/// Every type has the same number of lanes, `NABLA_SIMD_WIDTH`, which the C compiler knows from the instruction set it
/// compiles for. A `bool` is a mask, all bits of a lane or none.
enum CVector {
  /// The largest number of lanes, for memory that is set aside before the C compiler is asked.
  static let widthLimit = 8

  /// Whether vectors of the type are emitted. Integers are not: a kernel that has them is a loop of scalars.
  static func has(_ element: ElementType) -> Bool { !element.isInteger }

  static func type(_ element: ElementType) -> String {
    switch element {
    case .f32: "nabla_floats"
    case .bool: "nabla_simd_mask"
    case .f64, .i32, .i64: "nabla_simd"
    }
  }

  /// The macro that puts a number into every lane.
  static func splat(_ element: ElementType) -> String {
    switch element {
    case .f32: "NABLA_FLOATS"
    case .bool: "NABLA_MASK"
    case .f64, .i32, .i64: "NABLA_DOUBLES"
    }
  }

  /// The lanes at an address.
  static func load(_ element: ElementType, _ address: String) -> String {
    element == .bool ? "nabla_load_mask(\(address))" : "*(const \(memory(element)) *)(\(address))"
  }

  /// A statement that writes lanes to an address.
  static func store(_ element: ElementType, _ value: String, to address: String) -> String {
    element == .bool ? "nabla_store_mask(\(address), \(value));" : "*(\(memory(element)) *)(\(address)) = \(value);"
  }

  private static func memory(_ element: ElementType) -> String {
    element == .f32 ? "nabla_floats_memory" : "nabla_simd_memory"
  }

  /// The number of lanes; stands before the mathematical functions.
  static let width = """
    #ifndef NABLA_SIMD_WIDTH
    #if defined(__AVX512F__)
    #define NABLA_SIMD_WIDTH 8
    #elif defined(__AVX__)
    #define NABLA_SIMD_WIDTH 4
    #else
    #define NABLA_SIMD_WIDTH 2
    #endif
    #endif

    """

  /// The types and what moves them; stands after section `simd` of the mathematical functions.
  ///
  /// A number goes into the lanes by being added to -0, the only zero to which every number can be added unchanged.
  static let definitions = """
    typedef double nabla_simd_memory __attribute__((vector_size(8 * NABLA_SIMD_WIDTH), aligned(8), may_alias));
    typedef float nabla_floats __attribute__((vector_size(4 * NABLA_SIMD_WIDTH)));
    typedef float nabla_floats_memory __attribute__((vector_size(4 * NABLA_SIMD_WIDTH), aligned(4), may_alias));
    typedef int32_t nabla_floats_mask __attribute__((vector_size(4 * NABLA_SIMD_WIDTH)));
    #define NABLA_DOUBLES(c) (-(nabla_simd){0} + (c))
    #define NABLA_FLOATS(c) (-(nabla_floats){0} + (c))
    #define NABLA_MASK(c) ((nabla_simd_mask){0} - (c))

    """

  static let masks = """
    static inline nabla_simd_mask nabla_load_mask(const unsigned char *from) {
      nabla_simd_mask mask;
      for (int lane = 0; lane < NABLA_SIMD_WIDTH; lane++) mask[lane] = from[lane] != 0 ? -1 : 0;
      return mask;
    }
    static inline void nabla_store_mask(unsigned char *to, nabla_simd_mask mask) {
      for (int lane = 0; lane < NABLA_SIMD_WIDTH; lane++) to[lane] = mask[lane] != 0;
    }

    """
}
