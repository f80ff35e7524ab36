import NablaGraph
import NablaRuntime

/// The vector types of emitted C: what a value is where a statement works on several points at once.
///
/// All types of a kernel have the same number of lanes, which the C compiler knows from the instruction set it compiles
/// for: as many as doubles fill a register, or, where no type of a kernel has more than 32 bits, as many as floats do. A
/// `bool` is a mask, all bits of a lane or none. The names are those of the mathematical sections `v`, `vf`, `vl`, `vi`.
enum CLanes: Hashable, Sendable {
  case doubles, floats

  /// The lanes of a plan.
  init(_ plan: KernelPlan) {
    let elements = plan.elements
    let isNarrow = !elements.contains(.f64) && !elements.contains(.i64)
    self = isNarrow && (elements.contains(.f32) || elements.contains(.i32)) ? .floats : .doubles
  }

  /// The largest number of bytes of a vector, for memory that is set aside before the C compiler is asked.
  static let byteLimit = 64

  /// How many lanes there are, in C.
  var count: String { self == .doubles ? "NABLA_V_LANES" : "NABLA_VF_LANES" }

  func type(_ element: ElementType) -> String {
    switch element {
    case .f32: "nabla_vf"
    case .bool: mask
    case .f64: "nabla_v"
    case .i64: "nabla_vl"
    case .i32: "nabla_vi"
    }
  }

  /// Whether the lanes of a type have the size of a mask's.
  func fitsMask(_ element: ElementType) -> Bool { element.size == (self == .doubles ? 8 : 4) }

  var mask: String { self == .doubles ? "nabla_v_mask" : "nabla_vf_mask" }

  /// A number in every lane.
  func splat(_ text: String, _ element: ElementType) -> String {
    switch element {
    case .f32: "NABLA_VF_SPLAT(\(text))"
    case .bool: "((\(mask)){0} - (\(text)))"
    case .f64: "NABLA_V_SPLAT(\(text))"
    case .i64: "NABLA_VL_SPLAT(\(text))"
    case .i32: "NABLA_VI_SPLAT(\(text))"
    }
  }

  /// The lanes at an address.
  func load(_ element: ElementType, _ address: String) -> String {
    element == .bool ? "nabla_load_mask(\(address))" : "*(const \(type(element))_memory *)(\(address))"
  }

  /// A statement that writes lanes to an address.
  func store(_ element: ElementType, _ value: String, to address: String) -> String {
    element == .bool
      ? "nabla_store_mask(\(address), \(value));" : "*(\(type(element))_memory *)(\(address)) = \(value);"
  }

  /// Stands before the mathematical functions.
  var preamble: String { self == .doubles ? "#define NABLA_VF_LANES NABLA_V_LANES\n" : "" }

  /// The sections that define the types, but those of integers.
  var sections: Set<String> { ["v", "vf"] }

  /// The sections that define the types of a plan.
  func sections(of plan: KernelPlan) -> Set<String> {
    let elements = plan.elements
    var sections: Set<String> = ["v"]
    if elements.contains(.f32) { sections.insert("vf") }
    if elements.contains(.i64) { sections.insert("vl") }
    if elements.contains(.i32) { sections.insert("vi") }
    return sections
  }

  /// What moves vectors; stands after the mathematical functions.
  var definitions: String { CLanes.doubleMemory + CLanes.floatMemory }

  /// The same for the types of a plan.
  func definitions(of plan: KernelPlan) -> String {
    CLanes.doubleMemory + (plan.elements.contains(.f32) ? CLanes.floatMemory : "")
  }

  private static let doubleMemory = """
    typedef double nabla_v_memory __attribute__((vector_size(8 * NABLA_V_LANES), aligned(8), may_alias));

    """
  private static let floatMemory = """
    typedef float nabla_vf_memory __attribute__((vector_size(4 * NABLA_VF_LANES), aligned(4), may_alias));

    """

  /// What moves masks to and from bytes.
  var maskDefinitions: String {
    """
    static inline __attribute__((unused)) \(mask) nabla_load_mask(const unsigned char *from) {
      \(mask) mask;
      for (int lane = 0; lane < \(count); lane++) mask[lane] = from[lane] != 0 ? -1 : 0;
      return mask;
    }
    static inline __attribute__((unused)) void nabla_store_mask(unsigned char *to, \(mask) mask) {
      for (int lane = 0; lane < \(count); lane++) to[lane] = mask[lane] != 0;
    }

    """
  }
}

extension KernelPlan {
  /// The types of everything in it, each once. An array: a set would have to find out how to hash them.
  fileprivate var elements: [ElementType] {
    var elements: [ElementType] = []
    func add(_ element: ElementType) { if !elements.contains(element) { elements.append(element) } }
    for port in inputs { add(port.element) }
    for port in outputs { add(port.element) }
    for statement in statements { add(statement.element) }
    for literal in literals { add(literal.element) }
    return elements
  }
}
