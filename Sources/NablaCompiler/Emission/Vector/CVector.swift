import NablaGraph
import NablaRuntime

/// The vector types of emitted C: what a value is where a statement works on several points at once.
///
/// Every type has the same number of lanes, `NABLA_V_LANES`, which the C compiler knows from the instruction set it
/// compiles for. A `bool` is a mask, all bits of a lane or none.
enum CVector {
  /// The largest number of lanes, for memory that is set aside before the C compiler is asked.
  static let widthLimit = 8

  /// Whether vectors of the type are emitted. Integers are not: a kernel that has them is a loop of scalars.
  static func has(_ element: ElementType) -> Bool { !element.isInteger }

  static func type(_ element: ElementType) -> String {
    switch element {
    case .f32: "nabla_floats"
    case .bool: "nabla_v_mask"
    case .f64, .i32, .i64: "nabla_v"
    }
  }

  /// The macro that puts a number into every lane.
  static func splat(_ element: ElementType) -> String {
    switch element {
    case .f32: "NABLA_FLOATS"
    case .bool: "NABLA_MASK"
    case .f64, .i32, .i64: "NABLA_V_SPLAT"
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
    element == .f32 ? "nabla_floats_memory" : "nabla_v_memory"
  }

  /// The types and what moves them; stands after section `v` of the mathematical functions.
  static let definitions = """
    typedef double nabla_v_memory __attribute__((vector_size(8 * NABLA_V_LANES), aligned(8), may_alias));
    typedef float nabla_floats __attribute__((vector_size(4 * NABLA_V_LANES)));
    typedef float nabla_floats_memory __attribute__((vector_size(4 * NABLA_V_LANES), aligned(4), may_alias));
    typedef int32_t nabla_floats_mask __attribute__((vector_size(4 * NABLA_V_LANES)));
    #define NABLA_FLOATS(c) ((c) - (nabla_floats){0})
    #define NABLA_MASK(c) ((nabla_v_mask){0} - (c))

    """

  static let masks = """
    static inline nabla_v_mask nabla_load_mask(const unsigned char *from) {
      nabla_v_mask mask;
      for (int lane = 0; lane < NABLA_V_LANES; lane++) mask[lane] = from[lane] != 0 ? -1 : 0;
      return mask;
    }
    static inline void nabla_store_mask(unsigned char *to, nabla_v_mask mask) {
      for (int lane = 0; lane < NABLA_V_LANES; lane++) to[lane] = mask[lane] != 0;
    }

    """
}
