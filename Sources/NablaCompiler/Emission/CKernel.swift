import NablaGraph

extension KernelPlan {
  var hasBoolPorts: Bool { (inputs + outputs).contains { $0.element == .bool } }
}

/// The C file of one kernel, for the compiler driver: no headers, one function.
public struct CKernel: Sendable {
  /// The name of the function.
  public static let symbol = "nabla_kernel"

  public let source: String
  /// Bytes of workspace that a call needs.
  public let workspaceSize: Int
  /// Statements of the text.
  public let statementCount: Int
  /// Where a call can fail, in the order of the numbers that the text gives these places, from 1.
  var sites: [Origin] = []
  /// The most threads that share a call.
  var threads = 1
  /// Kernels whose time it takes.
  var profiled = 0
  /// Whether it is loops of floats that say themselves what is computed in vectors.
  var isShaped = false
  /// Whether it calls functions of libm.
  var callsLibm = false

  /// - Parameter vectors: use the vector types of GCC and Clang where the plan allows. Without them, the text is plain
  ///   C11 that any compiler takes.
  public init(_ plan: KernelPlan, vectors: Bool = true) {
    var scalars = CBody(plan)
    if vectors, let rolled = RolledPlan(ifWorthwhile: plan) {
      let map = CRolledMap(rolled)
      var body = CBody(plan, form: .vector(.doubles))
      let functions = map.write(&body, &scalars)
      statementCount = rolled.writtenCount
      source = CKernel.vectorSource(plan, .doubles, functions, body, scalars, statements: statementCount)
      callsLibm = !body.requirements.prototypes.isEmpty || !scalars.requirements.prototypes.isEmpty
      workspaceSize = map.workspaceSize
      return
    }
    statementCount = plan.statements.count
    if vectors, let map = CVectorMap(plan) {
      var body = CBody(plan, form: .vector(map.lanes))
      if statementCount <= CKernel.inliningLimit { body.joint = JointCalls(plan) }
      let functions = map.write(&body, &scalars)
      source = CKernel.vectorSource(plan, map.lanes, functions, body, scalars, statements: statementCount)
      callsLibm = !body.requirements.prototypes.isEmpty || !scalars.requirements.prototypes.isEmpty
      workspaceSize = map.workspaceSize
      return
    }
    let functions = CMap(plan: plan, name: CKernel.symbol).write(&scalars)
    let requirements = scalars.requirements
    source = CKernel.types + requirements.prototypes + CKernel.noInline + "\n" + requirements.definitions + functions
    callsLibm = !requirements.prototypes.isEmpty
    workspaceSize = plan.slots.byteCount
  }

  private static func vectorSource(
    _ plan: KernelPlan, _ lanes: CLanes, _ functions: String, _ vectors: CBody, _ scalars: CBody, statements: Int
  ) -> String {
    var requirements = vectors.requirements
    requirements.formUnion(scalars.requirements)
    requirements.sections.formUnion(lanes.sections(of: plan))
    return [
      CKernel.types, requirements.prototypes, CKernel.noInline, lanes.preamble, requirements.definitions,
      lanes.definitions(of: plan), plan.hasBoolPorts ? lanes.maskDefinitions : "",
      statements > CKernel.inliningLimit ? calls(of: requirements.sections) : "",
    ].joined(separator: "\n") + functions
  }

  /// Longer texts call the mathematical functions: inlined thousands of times they would take minutes to compile.
  static let inliningLimit = 1_000

  /// Functions of the sections for vectors that are called, under the names of those that are inlined.
  static func calls(of sections: Set<String>) -> String {
    var text = ""
    for f in Elementwise.allCases {
      for (prefix, type) in [("v", "nabla_v"), ("vf", "nabla_vf")] where sections.contains("\(prefix)_\(f.name)") {
        let name = "nabla_\(prefix)_\(f.name)"
        let operands = (0..<f.arity).map { "x\($0)" }
        let header = operands.map { "\(type) \($0)" }.joined(separator: ", ")
        text += "static NABLA_NOINLINE \(type) called_\(name)(\(header)) {\n"
        text += "  return \(name)(\(operands.joined(separator: ", ")));\n}\n#define \(name) called_\(name)\n"
      }
    }
    return text
  }

  static let types = """
    #ifdef __INT64_TYPE__
    typedef __INT64_TYPE__ int64_t;
    typedef __UINT64_TYPE__ uint64_t;
    typedef __INT32_TYPE__ int32_t;
    typedef __UINT32_TYPE__ uint32_t;
    #else
    #include <stdint.h>
    #endif

    """

  /// Keeps the parts of a long body apart, and loops short that gain nothing from being written out.
  static let noInline = """
    #ifdef __GNUC__
    #define NABLA_NOINLINE __attribute__((noinline))
    #else
    #define NABLA_NOINLINE
    #endif
    #if defined(__clang__) && defined(NABLA_SHAPED)
    #define NABLA_ROLLED _Pragma("clang loop unroll(disable)")
    #else
    #define NABLA_ROLLED
    #endif

    """
}
