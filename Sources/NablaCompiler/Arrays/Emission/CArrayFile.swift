import NablaGraph

/// Writes the C of array programs: a static function for each kernel that differs, and one for each program that calls
/// them in order.
struct CArrayFile {
  private(set) var functions = ""
  /// The vectors that loops may use; without them, the text is plain C11.
  private let lanes: CLanes?
  private var hasVectors = false
  /// Whether a function is shared by threads.
  private(set) var isShared = false
  /// Whether a function reads where integers of arrays say.
  private var looksUp = false
  /// Whether a call takes subnormal floats for zeros.
  private var flushes = false
  private(set) var requirements = CRequirements()
  /// Where calls may fail, by number, from 1.
  private(set) var sites: [Origin] = []
  private var bodies = 0
  /// Whether the time of every kernel is taken.
  private let profiles: Bool
  /// Kernels so far, in the order of a ``KernelListing``.
  private(set) var profiled = 0
  /// Functions by their text behind the name.
  private var known: [String: String] = [:]

  /// Whether the types of threads that share a call are among the definitions.
  private let definesTypes: Bool

  init(lanes: CLanes? = nil, profiles: Bool = false, definesTypes: Bool = true) {
    self.lanes = lanes
    self.profiles = profiles
    self.definesTypes = definesTypes
  }

  /// Adds the function of a program.
  mutating func add(_ plan: ArrayPlan, name: String) {
    flushes = flushes || CSubnormals.areFlushed(in: plan)
    functions += program(plan, name: name)
  }

  /// What must stand before the functions, in a kernel's file.
  func definitions(statements: Int) -> String {
    let types = definesTypes ? CShare.types : ""
    let share =
      (looksUp ? CPlaceCheck.definitions : "") + (profiles ? CProfile.definitions(profiled) : "")
      + (isShared ? types + CShare.functions : "")
      + (flushes ? CSubnormals.definitions : "")
    guard let lanes, hasVectors else { return share + requirements.definitions }
    return [
      lanes.preamble, share, requirements.definitions, lanes.definitions, lanes.maskDefinitions,
      lanes.partDefinitions,
      statements > CKernel.inliningLimit ? CKernel.calls(of: requirements.sections) : "",
    ].joined(separator: "\n")
  }

  /// The beginning of the workspace where calls may fail: the site, the index, the extent, the axis and the point.
  static let failureSize = ArrayPlan.alignment

  /// Bytes of workspace that a call of a program needs.
  static func workspaceSize(_ plan: ArrayPlan) -> Int { plan.workspaceSize + (plan.canFail ? failureSize : 0) }

  /// The function that does everything at one point; it gives 1 where that failed. All threads that share the call run
  /// it: what is not shared, the first one does.
  private mutating func program(_ plan: ArrayPlan, name: String) -> String {
    let share = plan.isShared ? ", \(CShare.parameter)" : ""
    var text =
      "static int \(name)(const void *const *in, void *const *out, char *w, int64_t *failure\(share)) {\n"
    text += "  (void)in;\n  (void)out;\n  (void)w;\n  (void)failure;\n"
    var meetings = plan.isShared ? Meetings(plan) : nil
    for kernel in plan.kernels {
      var parameters = CArrayParameters(of: kernel, in: plan)
      if lanes != nil { parameters.stream(kernel.loopResults, of: plan.work(of: kernel).bytes) }
      let number = profiled
      profiled += 1
      var call = "\(function(of: kernel, parameters))(\(parameters.arguments)"
      switch kernel {
      case .loop, .rows, .contract, .along, .random, .pack: break
      case .scan: call += ", failure"
      case .scatter(let scatter):
        sites.append(scatter.origin)
        call += ", failure, \(sites.count)"
      }
      call += ")"
      let checks = checked(kernel, plan)
      if !checks.isEmpty {
        let isMeeting = plan.isShared(kernel) && plan.writes(kernel, whatChecksRead: kernel)
        call = "(\(checks.joined(separator: " || ")) || (\(isMeeting ? "nabla_meet(share), " : "")\(call), 0))"
      }
      if profiles { text += CProfile.begin(isShared: plan.isShared) }
      defer { if profiles { text += CProfile.end(number, isShared: plan.isShared) } }
      text +=
        meetings?.call(kernel, call)
        ?? (kernel.canFail || kernel.isScan ? "  if (\(call)) return 1;\n" : "  \(call);\n")
    }
    text += meetings?.end() ?? ""
    isShared = isShared || plan.isShared
    return text + "  return 0;\n}\n\n"
  }

  /// What looks whether integers are places, before a kernel reads there: calls that are 1 where they are not. Of threads
  /// that share the kernel all look, and the first tells.
  private mutating func checked(_ kernel: ArrayKernel, _ plan: ArrayPlan) -> [String] {
    let failure = plan.isShared(kernel) ? "share->thread == 0 ? failure : 0" : "failure"
    return kernel.checks.map { check in
      let writer = CPlaceCheck(check, in: plan)
      let function = named(writer.write(name: CArrayFile.placeholder))
      sites.append(check.origin)
      return "\(function)(\(writer.parameters.arguments), \(failure), \(sites.count))"
    }
  }

  /// The name of a function of which the text is known; that is written unless an equal one has been.
  private mutating func named(_ text: String) -> String {
    if let name = known[text] { return name }
    let name = "nabla_k\(known.count)"
    known[text] = name
    functions += text.filled(["N": name])
    return name
  }

  /// The name of the function of a kernel; it is written unless an equal one has been.
  private mutating func function(of kernel: ArrayKernel, _ parameters: CArrayParameters) -> String {
    var writer: any CKernelFunction =
      switch kernel {
      case .loop(let loop): CLoopNest(loop, parameters, lanes: lanes)
      case .rows(let rows): CRowNest(rows, parameters, lanes: lanes)
      case .contract(let product): contraction(product, parameters)
      case .scatter(let scatter): CScatter(scatter, parameters)
      case .along(let along): CAlong(along, parameters)
      case .random(let random): CRandom(kernel: random, parameters: parameters)
      case .scan(let scan): CScan(kernel: scan, parameters: parameters, body: body(of: scan))
      case .pack(let packing): CPacking(packing, parameters, lanes: lanes)
      }
    var text = writer.write(name: CArrayFile.placeholder)
    if parameters.hasEmpty, let brace = text.firstIndex(of: "{") {
      text.insert(contentsOf: "\n" + parameters.mentions, at: text.index(after: brace))
    }
    requirements.formUnion(writer.requirements)
    if writer.usesVectors { hasVectors = true }
    looksUp = looksUp || kernel.looksUp
    return named(text)
  }

  private func contraction(_ product: ContractionKernel, _ parameters: CArrayParameters) -> any CKernelFunction {
    if let lanes, let tiling = product.tiling { return CTiledContraction(product, tiling, parameters, lanes) }
    precondition(product.epilogue == nil, "plans for plain C have no epilogues")
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
  private static let placeholder = "$N"

  /// The kernel function of a program, which calls it for every point, and stops where that fails.
  ///
  /// - Parameter returns: `void`, or `int` for a function that gives 1 where it stopped.
  static func entry(_ plan: ArrayPlan, name: String, program: String, returns: String = "void")
    -> String
  {
    let isStatus = returns.hasSuffix("int")
    if plan.isShared { return sharedEntry(plan, name: name, program: program, returns: returns) }
    return """
      \(prototype(name: name, returns: returns)) {
        (void)parallel;
      \(points(plan, program: program, share: "", success: isStatus ? "  return 0;\n" : "", failure: isStatus ? "return 1;" : "return;"))}

      """
  }

  /// The same with a function that every thread runs.
  private static func sharedEntry(_ plan: ArrayPlan, name: String, program: String, returns: String)
    -> String
  {
    """
    typedef struct {
      const void *const *args;
      void *const *results;
      const int64_t *dims;
      void *workspace;
      int failed;
    } \(name)_call;
    static void \(name)_work(void *context, const nabla_share *share) {
      \(name)_call *const call = (\(name)_call *)context;
      const void *const *const args = call->args;
      void *const *const results = call->results;
      const int64_t *const dims = call->dims;
      void *const workspace = call->workspace;
    \(points(plan, program: program, share: ", share", success: "", failure: "if (share->thread == 0) call->failed = 1;\n        return;"))}
    static void \(name)_wait(void *team) { (void)team; }
    \(prototype(name: name, returns: returns)) {
      static const nabla_share alone = {0, 1, \(name)_wait, 0};
      const nabla_parallel *const threads = (const nabla_parallel *)parallel;
      \(name)_call call = {args, results, dims, workspace, 0};
    \(plan.canFail ? "  int64_t *const failure = (int64_t *)workspace;\n  \(Meetings.reset)\n" : "")\
      if (threads && threads->threads > 1 && threads->threads <= \(plan.threads))
        threads->run(threads, \(name)_work, &call);
      else
        \(name)_work(&call, &alone);
    \(returns.hasSuffix("int") ? "  return call.failed;\n" : "")}

    """
  }

  /// The loop over the points.
  private static func points(
    _ plan: ArrayPlan, program: String, share: String, success: String, failure: String
  ) -> String {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    func sizes(_ ports: [ArrayPlan.Port]) -> String {
      (ports.map { "\($0.element.size)" } + ["0"]).joined(separator: ", ")
    }
    // Nobody begins while another thread is still at the point before.
    let next = share.isEmpty ? "" : "    if (point + 1 < dims[0]) nabla_meet(share);\n"
    let flushes = CSubnormals.areFlushed(in: plan)
    return """
        static const int64_t sizes[] = {\(sizes(plan.inputs + plan.outputs))};
        int64_t *const failure = (int64_t *)\(plan.canFail ? "workspace" : "0");
        char *const w = (char *)workspace\(plan.canFail ? " + \(CArrayFile.failureSize)" : "");
        (void)args;
        (void)results;
      \(plan.canFail && share.isEmpty ? "  failure[0] = 0;\n" : "")\
        NABLA_ROLLED
        for (int64_t point = 0; point < dims[0]; ++point) {
          const void *in[\(inputs + 1)];
          void *out[\(outputs + 1)];
          NABLA_ROLLED
          for (int k = 0; k < \(inputs); ++k) in[k] = (const char *)args[k] + point * dims[1 + k] * sizes[k];
          NABLA_ROLLED
          for (int k = 0; k < \(outputs); ++k)
            out[k] = (char *)results[k] + point * dims[\(1 + inputs) + k] * sizes[\(inputs) + k];
      \(flushes ? "    \(CSubnormals.begin)\n" : "")\
          const int failed = \(program)(in, out, w, failure\(share));
      \(flushes ? "    \(CSubnormals.end)\n" : "")\
          if (failed) {
            \(plan.canFail ? "failure[4] = point;" : "")
            \(failure)
          }
      \(next)  }
      \(success)
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
  ///
  /// - Parameter profiles: whether it takes the time of every kernel.
  public init(_ plan: ArrayPlan, vectors: Bool = true, profiles: Bool = false) {
    var file = CArrayFile(
      lanes: vectors && MathLibrary.shared.has("v") ? CLanes([plan]) : nil, profiles: profiles)
    file.add(plan, name: "nabla_program")
    statementCount = plan.statementCount
    isShaped = vectors && CLanes([plan]) == .floats
    callsLibm = !file.requirements.prototypes.isEmpty
    source =
      [CKernel.types, file.requirements.prototypes, CKernel.noInline, file.definitions(statements: statementCount)]
      .joined(separator: "\n") + file.functions
      + CArrayFile.entry(plan, name: CKernel.symbol, program: "nabla_program")
    workspaceSize = CArrayFile.workspaceSize(plan)
    sites = file.sites
    threads = plan.isShared ? plan.threads : 1
    profiled = profiles ? file.profiled : 0
  }

  /// The C file of a program: a map over points where all its values are numbers, else kernels over its arrays.
  ///
  /// - Parameters:
  ///   - threads: the most that share a call of a program of arrays.
  ///   - profiles: whether it takes the time of every kernel over arrays.
  ///   - grain: nanoseconds that a kernel over arrays takes at least, if threads share it.
  ///   - unit: the registers that products of matrices are laid out for.
  ///   - strict: whether every product and sum is taken in the order in which the program has it.
  /// - Throws: ``CompilerError``.
  public init(
    _ program: Program, vectors: Bool = true, threads: Int = 1, profiles: Bool = false,
    grain: Double = ArrayPlan.usualGrain, unit: VectorUnit = .native, strict: Bool = false
  ) throws(CompilerError) {
    // What shares is written in vectors.
    try self.init(
      program, unit: unit, vectors: vectors, profiles: profiles,
      sharing: ArrayPlan.Sharing(threads: vectors ? threads : 1, grain: grain, fuses: vectors, reorders: !strict))
  }

  init(
    _ program: Program, unit: VectorUnit, vectors: Bool, profiles: Bool, sharing: ArrayPlan.Sharing
  ) throws(CompilerError) {
    let program = program.inlined()
    if program.isScalar {
      self.init(try KernelPlan(program), vectors: vectors)
    } else {
      self.init(try ArrayPlan(program, unit: unit, sharing: sharing), vectors: vectors, profiles: profiles)
    }
  }
}
