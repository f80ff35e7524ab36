import NablaGraph

/// The C file of one kernel, for the compiler driver: no headers, one function.
public struct CKernel: Sendable {
  /// The name of the function.
  public static let symbol = "nabla_kernel"

  /// Plain C11 that GCC and Clang compile without a header; another compiler includes two.
  public let source: String

  public init(_ plan: KernelPlan) {
    var body = CBody(plan)
    let functions = CMap(plan: plan, name: CKernel.symbol).write(&body)
    source =
      CKernel.types + body.requirements.prototypes + CKernel.noInline + "\n" + body.requirements.definitions + functions
  }

  private static let types = """
    #ifdef __INT64_TYPE__
    typedef __INT64_TYPE__ int64_t;
    typedef __UINT64_TYPE__ uint64_t;
    typedef __INT32_TYPE__ int32_t;
    typedef __UINT32_TYPE__ uint32_t;
    #else
    #include <stdint.h>
    #endif

    """

  /// Keeps the parts of a long body apart.
  static let noInline = """
    #ifdef __GNUC__
    #define NABLA_NOINLINE __attribute__((noinline))
    #else
    #define NABLA_NOINLINE
    #endif

    """
}
