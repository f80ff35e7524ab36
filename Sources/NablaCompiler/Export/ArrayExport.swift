import NablaGraph

/// The header and the source of an exported function of arrays.
///
/// An array is a pointer to its elements in row-major order, a number a parameter. Every function gives 0, or 1 where
/// an index lies outside its axis. The source has everything twice: the kernels that run in this process, in vectors for
/// GCC and Clang, and plain C11.
struct ArrayExport {
  /// One of the functions at one point.
  struct PointFunction {
    let name: String
    let plan: ArrayPlan
    /// The same for one thread and compilers without vectors.
    let plain: ArrayPlan
    /// Identifiers of the results.
    let results: [String]
    /// What a person calls the results.
    let labels: [String]

    var program: String { "nabla_\(name)_program" }
    /// Where threads share the function: it takes the arguments of a map.
    var entry: String { "nabla_\(name)_entry" }
    var workspaceSize: Int { max(CArrayFile.workspaceSize(plan), CArrayFile.workspaceSize(plain)) }
    /// A workspace that is not too large for the stack is the function's own.
    var needsWorkspace: Bool { workspaceSize > NablaCompiler.PointFunction.stackLimit }
  }

  let name: String
  /// Identifiers of the inputs.
  let inputs: [String]
  let value: PointFunction
  let gradient: PointFunction?
  /// Whether products of matrices round after every operation.
  private let isStrict: Bool

  /// The function whose map there is.
  var mapped: PointFunction { gradient ?? value }
  var mapName: String { name + "_map" }
  /// Whether threads share a function.
  var isShared: Bool { value.plan.isShared || gradient?.plan.isShared == true }

  /// - Parameter threads: the most that share a call.
  init(name: String, value: Program, gradient: Program?, threads: Int, strict: Bool, grain: Double)
    throws(CompilerError)
  {
    var names = CIdentifier.forFunctions
    self.name = names.unique(name)
    isStrict = strict
    let plan = try ArrayPlan(value, threads: threads, grain: grain, strict: strict)
    let values = plan.outputs.count == 1 ? ["value"] : plan.outputs.indices.map { "r\($0)" }
    var parameters = CIdentifier.forParameters(beside: ["workspace", "dims", "args", "results"] + values)
    inputs = plan.inputs.map { parameters.unique($0.name) }
    self.value = PointFunction(
      name: self.name, plan: plan, plain: try ArrayPlan(value, fuses: false), results: values,
      labels: plan.outputs.map(\.name))
    guard let gradient else {
      self.gradient = nil
      return
    }
    let whole = try ArrayPlan(gradient, threads: threads, grain: grain, strict: strict)
    let variables = plan.inputs.indices.filter { plan.inputs[$0].element.isFloat }
    guard whole.inputs == plan.inputs, whole.outputs.count == 1 + variables.count, plan.outputs.count == 1 else {
      throw .export("a gradient is the value and a partial derivative by every float input")
    }
    let slopes = variables.map { parameters.unique("by_" + plan.inputs[$0].name) }
    let spelled = inputs
    self.gradient = PointFunction(
      name: self.name + "_gradient", plan: whole, plain: try ArrayPlan(gradient, fuses: false),
      results: values + slopes, labels: ["value"] + variables.map { "by \(spelled[$0])" })
  }

  // MARK: Declarations

  /// The declaration of a function without a semicolon.
  func prototype(_ function: PointFunction) -> String {
    var parameters = zip(function.plan.inputs, inputs).map { port, name in
      port.extents.isEmpty ? "\(port.element.cType) \(name)" : "const \(port.element.cStorage) *\(name)"
    }
    parameters += zip(function.plan.outputs, function.results).map { "\($0.element.cStorage) *\($1)" }
    if function.needsWorkspace { parameters.append("void *workspace") }
    return "int \(function.name)(\(parameters.joined(separator: ", ")))"
  }

  /// The type of a port for people: `double [3][4]`.
  func type(_ port: ArrayPlan.Port) -> String {
    port.element.cStorage + (port.extents.isEmpty ? "" : " ") + port.extents.map { "[\($0)]" }.joined()
  }

  /// Bytes that the functions with a `workspace` parameter need.
  var workspaceSize: Int { max(value.workspaceSize, gradient?.workspaceSize ?? 0, 64) }

  // MARK: Source

  var source: String {
    """
    // Written by Nabla. Any C11 compiler takes it; GCC and Clang compute in vectors. Link with -lm.\
    \(isShared ? "\n// With OpenMP, up to \(mapped.plan.threads) threads share a call." : "")
    #include "\(name).h"

    #include <math.h>

    // Products and sums are contracted to fused multiply-adds in products of matrices alone, and with -DNABLA_STRICT
    // nowhere.
    \(isStrict ? "#define NABLA_STRICT\n" : "")\
    #if defined(__clang__)
    #pragma STDC FP_CONTRACT OFF
    #elif defined(__GNUC__) && !defined(__STRICT_ANSI__)
    #pragma GCC optimize("fp-contract=off")
    #endif
    \(CKernel.noInline)
    #if defined(__GNUC__) && !defined(NABLA_PLAIN)

    // Vectors, which are no part of C, also as parameters of functions that are not exported; functions that some machines
    // do not need; and arrays that all parts of a kernel take.
    #pragma GCC diagnostic ignored "-Wpedantic"
    #pragma GCC diagnostic ignored "-Wunused-function"
    #pragma GCC diagnostic ignored "-Wunused-parameter"
    #pragma GCC diagnostic ignored "-Wpsabi"
    \(isShared ? openMP : "")
    \(implementation(hasVectors: true))
    #else

    \(implementation(hasVectors: false))
    #endif

    """
  }

  /// All functions, with what they need.
  private func implementation(hasVectors: Bool) -> String {
    let functions = [value] + (gradient.map { [$0] } ?? [])
    func plan(_ function: PointFunction) -> ArrayPlan { hasVectors ? function.plan : function.plain }
    var file = CArrayFile(lanes: hasVectors ? CLanes(functions.map(plan)) : nil, definesTypes: false)
    for function in functions { file.add(plan(function), name: function.program) }
    let statements = functions.reduce(0) { $0 + plan($1).statementCount }
    let points = functions.map { definition(of: $0, plan($0)) }
    return ([file.definitions(statements: statements), file.functions] + points + [map(plan(mapped))])
      .joined(separator: "\n")
  }

  /// A function at one point. One that threads share is a map over a single point.
  private func definition(of function: PointFunction, _ plan: ArrayPlan) -> String {
    let taken = zip(plan.inputs, inputs).map { port, name in port.extents.isEmpty ? "&\(name)" : name } + ["0"]
    let given = function.results + ["0"]
    var text = ""
    if plan.isShared {
      text += CArrayFile.entry(plan, name: function.entry, program: function.program, returns: "static int") + "\n"
    }
    text += prototype(function) + " {\n"
    text += "  const void *const args[] = {\(taken.joined(separator: ", "))};\n"
    text += "  void *const results[] = {\(given.joined(separator: ", "))};\n"
    if !function.needsWorkspace { text += "  double workspace[\(function.workspaceSize / 8 + 1)];\n" }
    if plan.isShared {
      text += "  static const int64_t dims[\(1 + plan.inputs.count + plan.outputs.count)] = {1};\n"
      text += "  const nabla_parallel threads = \(threads)();\n"
      return text + "  return \(function.entry)(args, results, dims, workspace, &threads);\n}\n"
    }
    let offset = plan.canFail ? " + \(CArrayFile.failureSize)" : ""
    text += "  return \(function.program)(args, results, (char *)workspace\(offset), (int64_t *)(void *)workspace);\n"
    return text + "}\n"
  }

  private func map(_ plan: ArrayPlan) -> String {
    guard plan.isShared else {
      return CArrayFile.entry(plan, name: mapName, program: mapped.program, returns: "int")
    }
    return """
      \(CArrayFile.prototype(name: mapName, returns: "int")) {
        const nabla_parallel threads = \(threads)();
        return \(mapped.entry)(args, results, dims, workspace, parallel ? parallel : &threads);
      }

      """
  }

  // MARK: Threads

  /// The function that gives the threads of OpenMP.
  private var threads: String { "nabla_\(name)_threads" }

  private var openMP: String {
    """
    #ifdef _OPENMP
    #include <omp.h>
    static void nabla_\(name)_meet(void *team) {
      (void)team;
    #pragma omp barrier
    }
    static void nabla_\(name)_run(const nabla_parallel *parallel, void (*work)(void *context, const nabla_share *share),
        void *context) {
    #pragma omp parallel num_threads((int)parallel->threads)
      {
        const nabla_share share = {omp_get_thread_num(), omp_get_num_threads(), nabla_\(name)_meet, 0};
        work(context, &share);
      }
    }
    /// The threads of OpenMP; one where all are at work already.
    static nabla_parallel \(threads)(void) {
      const int most = omp_in_parallel() ? 1 : omp_get_max_threads();
      return (nabla_parallel){nabla_\(name)_run, most < \(mapped.plan.threads) ? most : \(mapped.plan.threads), 0};
    }
    #else
    static nabla_parallel \(threads)(void) { return (nabla_parallel){0, 1, 0}; }
    #endif

    """
  }
}
