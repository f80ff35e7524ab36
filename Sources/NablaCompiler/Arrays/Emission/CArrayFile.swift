import NablaGraph

/// Writes the C of array programs: a static function for each kernel that differs, and one for each program that calls
/// them in order.
struct CArrayFile {
  private(set) var functions = ""
  /// The vectors that loops may use; without them, the text is plain C11.
  private let lanes: CLanes?
  private var hasVectors = false
  private(set) var requirements = CRequirements()
  /// Where calls may fail, by number, from 1.
  private(set) var sites: [IndexedKernel] = []
  private var bodies = 0
  /// Functions by their text behind the name.
  private var known: [String: String] = [:]

  init(lanes: CLanes? = nil) { self.lanes = lanes }

  /// Adds the function of a program.
  mutating func add(_ plan: ArrayPlan, name: String) { functions += program(plan, name: name) }

  /// What must stand before the functions, in a kernel's file.
  func definitions(statements: Int) -> String {
    guard let lanes, hasVectors else { return requirements.definitions }
    return [
      lanes.preamble, requirements.definitions, lanes.definitions, lanes.maskDefinitions, lanes.partDefinitions,
      statements > CKernel.inliningLimit ? CKernel.calls(of: requirements.sections) : "",
    ].joined(separator: "\n")
  }

  /// The beginning of the workspace where calls may fail: the site, the index, the extent, the axis and the point.
  static let failureSize = ArrayPlan.alignment

  /// Bytes of workspace that a call of a program needs.
  static func workspaceSize(_ plan: ArrayPlan) -> Int { plan.workspaceSize + (plan.canFail ? failureSize : 0) }

  /// The function that does everything at one point; it gives 1 where that failed.
  private mutating func program(_ plan: ArrayPlan, name: String) -> String {
    var text = "static int \(name)(const void *const *in, void *const *out, char *w, int64_t *failure) {\n"
    text += "  (void)in;\n  (void)out;\n  (void)w;\n  (void)failure;\n"
    for kernel in plan.kernels {
      let parameters = CArrayParameters(of: kernel, in: plan)
      let function = function(of: kernel, parameters)
      switch kernel {
      case .loop, .contract, .along, .random, .pack: text += "  \(function)(\(parameters.arguments));\n"
      case .scan: text += "  if (\(function)(\(parameters.arguments), failure)) return 1;\n"
      case .indexed(let indexed):
        sites.append(indexed)
        text += "  if (\(function)(\(parameters.arguments), failure, \(sites.count))) return 1;\n"
      }
    }
    return text + "  return 0;\n}\n\n"
  }

  /// The name of the function of a kernel; it is written unless an equal one has been.
  private mutating func function(of kernel: ArrayKernel, _ parameters: CArrayParameters) -> String {
    var writer: any CKernelFunction =
      switch kernel {
      case .loop(let loop): CLoopNest(loop, parameters, lanes: lanes)
      case .contract(let product): contraction(product, parameters)
      case .indexed(let indexed): CIndexed(indexed, parameters)
      case .along(let along): CAlong(along, parameters)
      case .random(let random): CRandom(kernel: random, parameters: parameters)
      case .scan(let scan): CScan(kernel: scan, parameters: parameters, body: body(of: scan))
      case .pack(let packing): CPacking(packing, parameters, isPlain: lanes == nil)
      }
    var text = writer.write(name: CArrayFile.placeholder)
    if parameters.hasEmpty, let brace = text.firstIndex(of: "{") {
      text.insert(contentsOf: "\n" + parameters.mentions, at: text.index(after: brace))
    }
    requirements.formUnion(writer.requirements)
    if let nest = writer as? CLoopNest, nest.lanes != nil { hasVectors = true }
    if let name = known[text] { return name }
    let name = "nabla_k\(known.count)"
    known[text] = name
    functions += text.replacing(CArrayFile.placeholder, with: name)
    return name
  }

  private func contraction(_ product: ContractionKernel, _ parameters: CArrayParameters) -> any CKernelFunction {
    if lanes != nil, let tiling = product.tiling {
      return CTiledContraction(kernel: product, tiling: tiling, unit: tiling.unit, parameters: parameters)
    }
    return CContraction(kernel: product, parameters: parameters)
  }

  /// The function of a body, which stands before that of its loop.
  private mutating func body(of scan: ScanKernel) -> String {
    bodies += 1
    let name = "nabla_body\(bodies)"
    functions += program(scan.body, name: name)
    return name
  }

  /// Stands for the name of a function whose text is being compared.
  private static let placeholder = "$NAME"

  /// The kernel function of a program, which calls it for every point, and stops where that fails.
  ///
  /// - Parameter returns: `void`, or `int` for a function that gives 1 where it stopped.
  static func entry(_ plan: ArrayPlan, name: String, program: String, returns: String = "void") -> String {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    func sizes(_ ports: [ArrayPlan.Port]) -> String {
      (ports.map { "\($0.element.size)" } + ["0"]).joined(separator: ", ")
    }
    let (success, failure) = returns == "int" ? ("  return 0;\n", "return 1;") : ("", "return;")
    return """
      \(prototype(name: name, returns: returns)) {
        static const int64_t sizes[] = {\(sizes(plan.inputs + plan.outputs))};
        int64_t *const failure = (int64_t *)\(plan.canFail ? "workspace" : "0");
        char *const w = (char *)workspace\(plan.canFail ? " + \(CArrayFile.failureSize)" : "");
        (void)parallel;
        (void)args;
        (void)results;
      \(plan.canFail ? "  failure[0] = 0;\n" : "")  for (int64_t point = 0; point < dims[0]; ++point) {
          const void *in[\(inputs + 1)];
          void *out[\(outputs + 1)];
          for (int k = 0; k < \(inputs); ++k) in[k] = (const char *)args[k] + point * dims[1 + k] * sizes[k];
          for (int k = 0; k < \(outputs); ++k)
            out[k] = (char *)results[k] + point * dims[\(1 + inputs) + k] * sizes[\(inputs) + k];
          if (\(program)(in, out, w, failure)) {
            \(plan.canFail ? "failure[4] = point;" : "")
            \(failure)
          }
        }
      \(success)}

      """
  }

  /// The kernel interface.
  static func prototype(name: String, returns: String) -> String {
    "\(returns) \(name)(const void *const *args, void *const *results, const int64_t *dims, void *workspace, "
      + "const void *parallel)"
  }
}

extension CKernel {
  /// The C file of an array program whose sizes are known.
  public init(_ plan: ArrayPlan, vectors: Bool = true) {
    var file = CArrayFile(lanes: vectors && MathLibrary.shared.has("v") ? CLanes([plan]) : nil)
    file.add(plan, name: "nabla_program")
    statementCount = plan.statementCount
    source =
      [CKernel.types, file.requirements.prototypes, CKernel.noInline, file.definitions(statements: statementCount)]
      .joined(separator: "\n") + file.functions
      + CArrayFile.entry(plan, name: CKernel.symbol, program: "nabla_program")
    workspaceSize = CArrayFile.workspaceSize(plan)
    sites = file.sites.map(\.origin)
  }

  /// The C file of a program: a map over points where all its values are numbers, else kernels over its arrays.
  ///
  /// - Throws: ``CompilerError``.
  public init(_ program: Program, vectors: Bool = true) throws(CompilerError) {
    switch try ProgramPlan(program) {
    case .scalars(let plan): self.init(plan, vectors: vectors)
    case .arrays(let plan): self.init(plan, vectors: vectors)
    }
  }
}
