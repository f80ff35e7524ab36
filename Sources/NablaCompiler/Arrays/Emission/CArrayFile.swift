import NablaGraph

/// Writes the C of an array program: a static function for each kernel that differs, one that calls them in order, and
/// the kernel function, which does that for every point.
struct CArrayFile {
  let plan: ArrayPlan
  private var functions = ""
  private var requirements = CRequirements()
  /// Functions by their text behind the name.
  private var known: [String: String] = [:]

  init(_ plan: ArrayPlan) { self.plan = plan }

  /// The text of the file.
  static func text(_ plan: ArrayPlan) -> String {
    var file = CArrayFile(plan)
    let program = file.program(plan, name: "nabla_program")
    return [
      CKernel.types, file.requirements.prototypes, CKernel.noInline, file.requirements.definitions, file.functions,
    ]
    .joined(separator: "\n") + program + file.entry
  }

  /// The function that does everything at one point.
  private mutating func program(_ plan: ArrayPlan, name: String) -> String {
    var text = "static void \(name)(const void *const *in, void *const *out, char *w) {\n"
    text += "  (void)in;\n  (void)out;\n  (void)w;\n"
    for kernel in plan.kernels {
      let parameters = CArrayParameters(of: kernel, in: plan)
      text += "  \(function(of: kernel, parameters))(\(parameters.arguments));\n"
    }
    return text + "}\n\n"
  }

  /// The name of the function of a kernel; it is written unless an equal one has been.
  private mutating func function(of kernel: ArrayKernel, _ parameters: CArrayParameters) -> String {
    var text: String
    switch kernel {
    case .loop(let loop):
      var nest = CLoopNest(loop, parameters)
      text = nest.write(name: CArrayFile.placeholder)
      requirements.formUnion(nest.requirements)
    }
    if let name = known[text] { return name }
    let name = "nabla_k\(known.count)"
    known[text] = name
    functions += text.replacing(CArrayFile.placeholder, with: name)
    return name
  }

  /// Stands for the name of a function whose text is being compared.
  private static let placeholder = "$NAME"

  private var entry: String {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    func sizes(_ ports: [ArrayPlan.Port]) -> String {
      (ports.map { "\($0.element.size)" } + ["0"]).joined(separator: ", ")
    }
    return """
      void nabla_kernel(const void *const *args, void *const *results, const int64_t *dims, void *workspace, const void *parallel) {
        static const int64_t sizes[] = {\(sizes(plan.inputs + plan.outputs))};
        (void)parallel;
        for (int64_t point = 0; point < dims[0]; ++point) {
          const void *in[\(inputs + 1)];
          void *out[\(outputs + 1)];
          for (int k = 0; k < \(inputs); ++k) in[k] = (const char *)args[k] + point * dims[1 + k] * sizes[k];
          for (int k = 0; k < \(outputs); ++k)
            out[k] = (char *)results[k] + point * dims[\(1 + inputs) + k] * sizes[\(inputs) + k];
          nabla_program(in, out, (char *)workspace);
        }
      }

      """
  }
}

extension CKernel {
  /// The C file of an array program.
  init(_ plan: ArrayPlan) {
    source = CArrayFile.text(plan)
    workspaceSize = plan.workspaceSize
    statementCount = plan.statementCount
  }

  /// The C file of a program: a map over points where all its values are numbers, else kernels over its arrays.
  ///
  /// - Throws: ``CompilerError``.
  public init(_ program: Program, vectors: Bool = true) throws(CompilerError) {
    if program.isScalar {
      self.init(try KernelPlan(program), vectors: vectors)
    } else {
      self.init(try ArrayPlan(program))
    }
  }
}
