import NablaGraph
import NablaRuntime

/// Writes the kernel of a rolled plan: a function a step, which works on the slots of a workspace, for vectors of points
/// and, where a point alone has the same bits, for one point.
struct CRolledMap {
  let rolled: RolledPlan
  private let loops: [Int: CRolledLoop]

  init(_ rolled: RolledPlan) {
    self.rolled = rolled
    var loops: [Int: CRolledLoop] = [:]
    for (number, step) in rolled.steps.enumerated() {
      if case .loop(let loop) = step { loops[number] = CRolledLoop(loop, of: rolled) }
    }
    self.loops = loops
  }

  private var plan: KernelPlan { rolled.plan }

  var workspaceSize: Int { rolled.slotCount * CLanes.byteLimit }

  /// A single point is computed with scalars if the bits are the same, and if that does not compile too much twice.
  private var hasScalarForm: Bool { plan.isExact && rolled.straightCount <= 4_000 }

  /// Statements of a function in straight lines.
  private static let functionLength = 400

  func write(_ vectors: inout CBody, _ scalars: inout CBody) -> String {
    var text = "typedef double nabla_lane __attribute__((may_alias));\n"
    for number in rolled.steps.indices { writeTables(number, to: &text) }
    let vectorCalls = writeSteps(&vectors, to: &text)
    let scalarCalls = hasScalarForm ? writeSteps(&scalars, to: &text) : []
    writeKernel(vectorCalls, vectors, scalarCalls, scalars, to: &text)
    return text
  }

  // MARK: Tables

  private func writeTables(_ number: Int, to text: inout String) {
    switch rolled.steps[number] {
    case .loop:
      guard let loop = loops[number] else { return }
      for (index, table) in loop.tables.enumerated() {
        text += "static const int nabla_i\(number)_\(index)[] = {"
        for slot in table { text += "\(slot)," }
        text += "};\n"
      }
      for (index, table) in loop.literalTables.enumerated() {
        text += "static const double nabla_l\(number)_\(index)[] = {"
        for literal in table { text += plan.literals[literal].c + "," }
        text += "};\n"
      }
    case .sums(let sums):
      // A slot, and in the lowest bit whether it is subtracted.
      text += "static const int nabla_i\(number)[] = {"
      for sum in sums {
        for (operand, isSubtracted) in rolled.forest.sums[sum].operands {
          text += "\(2 * rolled.slot(of: operand) + (isSubtracted ? 1 : 0)),"
        }
      }
      text += "};\nstatic const int nabla_n\(number)[] = {"
      for sum in sums { text += "\(rolled.forest.sums[sum].operands.count)," }
      text += "};\n"
    case .straight: break
    }
  }

  // MARK: Steps

  /// The functions of all steps in one form, and the calls of them.
  private func writeSteps(_ body: inout CBody, to text: inout String) -> [String] {
    var calls: [String] = []
    let suffix = body.form == .scalar ? "s" : "v"
    let type = body.form.type(.f64)
    func open(_ name: String) {
      calls.append("\(name)(w);")
      text += "static NABLA_NOINLINE void \(name)(\(type) *const w) {\n"
    }
    for (number, step) in rolled.steps.enumerated() {
      switch step {
      case .loop:
        open("nabla_step\(number)\(suffix)")
        if let loop = loops[number] { write(loop, number, &body, to: &text) }
        text += "}\n\n"
      case .sums(let sums):
        open("nabla_step\(number)\(suffix)")
        write(sums, number, body.form, to: &text)
        text += "}\n\n"
      case .straight(let terms):
        var part = 0
        var rest = terms[...]
        while !rest.isEmpty {
          open("nabla_step\(number)_\(part)\(suffix)")
          var written = 0
          var known: Set<KernelPlan.Operand> = []
          while let term = rest.first, written < CRolledMap.functionLength {
            written += rolled.table.terms[term].statements.count
            write(term, &known, &body, to: &text)
            rest.removeFirst()
          }
          part += 1
          text += "}\n\n"
        }
      }
    }
    return calls
  }

  private func write(_ loop: CRolledLoop, _ number: Int, _ body: inout CBody, to text: inout String) {
    let form = body.form
    var carried: [(name: String, statement: Int)] = []
    var names: [CRolledLoop.Access: String] = [:]
    var inner = ""
    for run in loop.runs {
      body.aliases.removeAll(keepingCapacity: true)
      for (operand, access) in run.leaves {
        let element = plan.element(of: operand)
        let name = names[access] ?? "e\(names.count)"
        switch access {
        case .local(let statement): body.aliases[operand] = "t\(statement)"
        case .literal: break
        case .carried(let first, let statement):
          if names[access] == nil {
            text += "  \(form.type(element)) \(name) = \(form.load(element, "w[\(first)]"));\n"
            carried.append((name, statement))
          }
        case .slots(let base, let step):
          if names[access] == nil {
            let index = step == 0 ? "\(base)" : step == 1 ? "\(base) + k" : "\(base) + \(step) * k"
            inner += "    const \(form.type(element)) \(name) = \(form.load(element, "w[\(index)]"));\n"
          }
        case .table(let table):
          if names[access] == nil {
            inner += "    const \(form.type(element)) \(name) = "
            inner += form.load(element, "w[nabla_i\(number)_\(table)[k]]") + ";\n"
          }
        case .literals(let table):
          if names[access] == nil {
            let literal = form.literal("nabla_l\(number)_\(table)[k]", element)
            inner += "    const \(form.type(element)) \(name) = \(literal);\n"
          }
        }
        switch access {
        case .local, .literal: break
        default:
          names[access] = name
          body.aliases[operand] = name
        }
      }
      for statement in run.statements { body.write(statement, indent: "    ", to: &inner) }
      if run.slot >= 0 {
        let element = plan.statements[run.root].element
        inner += "    w[\(run.slot) + k] = \(form.stored(element, "t\(run.root)"));\n"
      }
    }
    body.aliases = [:]
    for (name, statement) in carried { inner += "    \(name) = t\(statement);\n" }
    if loop.isIndependent, !loop.isCarried, form == .scalar {
      text += """
        #if defined(__clang__)
        #pragma clang loop vectorize(assume_safety)
        #elif defined(__GNUC__)
        #pragma GCC ivdep
        #endif

        """
    }
    text += "  for (int k = 0; k < \(loop.count); ++k) {\n" + inner + "  }\n"
  }

  private func write(_ sums: [Int], _ number: Int, _ form: CForm, to text: inout String) {
    let first = rolled.slots[rolled.forest.sums[sums[0]].statement]
    let isPlain = sums.allSatisfy { !rolled.forest.sums[$0].operands.contains { $0.isSubtracted } }
    // A product with one or minus one is exact.
    func operand(_ index: String) -> String {
      isPlain ? "w[next[\(index)] >> 1]" : "sign[next[\(index)] & 1] * w[next[\(index)] >> 1]"
    }
    if !isPlain { text += "  static const double sign[2] = {1, -1};\n" }
    let lengths = sums.map { rolled.forest.sums[$0].operands.count }
    let type = form.type(.f64)
    text += """
        const int *next = nabla_i\(number);
        for (int k = 0; k < \(sums.count); ++k) {
          const int count = nabla_n\(number)[k];
          \(type) sum = w[next[0] >> 1];
          int j = 1;

      """
    if lengths.contains(where: { $0 >= RolledPlan.longSum }) {
      text += "    if (count >= \(RolledPlan.longSum)) {\n      \(type) s0 = sum"
      for part in 1..<8 { text += ", s\(part) = \(operand("\(part)"))" }
      text += ";\n      for (j = 8; j + 8 <= count; j += 8) {\n"
      for part in 0..<8 { text += "        s\(part) = s\(part) + \(operand("j + \(part)"));\n" }
      text += "      }\n      sum = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));\n    }\n"
    }
    text += """
          for (; j < count; ++j) sum = sum + \(operand("j"));
          next += count;
          w[\(first) + k] = sum;
        }

      """
  }

  /// One term of a straight line; `known` are the operands that are locals already.
  private func write(
    _ term: Int, _ known: inout Set<KernelPlan.Operand>, _ body: inout CBody, to text: inout String
  ) {
    let entry = rolled.table.terms[term]
    for operand in rolled.table.leaves(of: term) where operand.literal == nil && known.insert(operand).inserted {
      let element = plan.element(of: operand)
      let place = body.form.load(element, "w[\(rolled.slot(of: operand))]")
      text += "  const \(body.form.type(element)) \(body.name(operand)) = \(place);\n"
    }
    for statement in rolled.table.statements[entry.statements] { body.write(statement, indent: "  ", to: &text) }
    known.insert(.value(entry.root))
    let slot = rolled.slots[entry.root]
    if slot >= 0 {
      text += "  w[\(slot)] = \(body.form.stored(plan.statements[entry.root].element, "t\(entry.root)"));\n"
    }
  }

  // MARK: The kernel

  private func writeKernel(
    _ vectorCalls: [String], _ vectors: CBody, _ scalarCalls: [String], _ scalars: CBody, to text: inout String
  ) {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    let slots = plan.results.map { "\(rolled.slot(of: $0))" }.joined(separator: ",")
    text += "static const int nabla_results[] = {\(slots)};\n\n"
    text += CMap(plan: plan, name: CKernel.symbol).signature
    text += " {\n  (void)parallel;\n  const int64_t count = dims[0];\n  int64_t i = 0;\n"
    let least = scalarCalls.isEmpty ? "1" : "(NABLA_V_LANES + 1) / 2"
    // There may be more columns than a cache has room for: their steps are read once, not with every point.
    text += """
        if (count >= \(least)) {
          nabla_v *const w = (nabla_v *)workspace;
          int contiguous = 1;
          for (int k = 0; k < \(inputs + outputs); ++k) contiguous &= dims[1 + k] == 1;
      \(literals(vectors))    for (; count - i >= \(least); i += NABLA_V_LANES) {
            const int64_t lanes = count - i < NABLA_V_LANES ? count - i : NABLA_V_LANES;
            if (contiguous && lanes == NABLA_V_LANES) {
              for (int k = 0; k < \(inputs); ++k) w[k] = *(const nabla_v_memory *)((const double *)args[k] + i);
            } else {
              for (int k = 0; k < \(inputs); ++k) {
                const int64_t step = dims[1 + k];
                const double *const from = (const double *)args[k] + i * step;
                if (step == 1 && lanes == NABLA_V_LANES) {
                  w[k] = *(const nabla_v_memory *)from;
                  continue;
                }
                nabla_lane *const to = (nabla_lane *)(w + k);
                for (int64_t lane = 0; lane < NABLA_V_LANES; ++lane) to[lane] = from[(lane < lanes ? lane : lanes - 1) * step];
              }
            }

      """
    for call in vectorCalls { text += "      \(call)\n" }
    text += """
            if (contiguous && lanes == NABLA_V_LANES) {
              for (int k = 0; k < \(outputs); ++k) *(nabla_v_memory *)((double *)results[k] + i) = w[nabla_results[k]];
            } else {
              for (int k = 0; k < \(outputs); ++k) {
                const int64_t step = dims[\(1 + inputs) + k];
                double *const to = (double *)results[k] + i * step;
                const nabla_lane *const from = (const nabla_lane *)(w + nabla_results[k]);
                for (int64_t lane = 0; lane < lanes; ++lane) to[lane * step] = from[lane];
              }
            }
          }
        }

      """
    if !scalarCalls.isEmpty {
      text += """
          if (i < count) {
            double *const w = (double *)workspace;
        \(literals(scalars))    for (; i < count; ++i) {
              if (i == 0) {
                for (int k = 0; k < \(inputs); ++k) w[k] = *(const double *)args[k];
              } else {
                for (int k = 0; k < \(inputs); ++k) w[k] = ((const double *)args[k])[i * dims[1 + k]];
              }

        """
      for call in scalarCalls { text += "      \(call)\n" }
      text += """
              if (i == 0) {
                for (int k = 0; k < \(outputs); ++k) *(double *)results[k] = w[nabla_results[k]];
              } else {
                for (int k = 0; k < \(outputs); ++k) {
                  ((double *)results[k])[i * dims[\(1 + inputs) + k]] = w[nabla_results[k]];
                }
              }
            }
          }

        """
    }
    text += "}\n"
  }

  private func literals(_ body: CBody) -> String {
    rolled.literalSlots.sorted { $0.value < $1.value }.map { literal, slot in
      "    w[\(slot)] = \(body.form.stored(plan.literals[literal].element, body.name(.literal(literal))));\n"
    }.joined()
  }
}
