import NablaGraph
import NablaRuntime

extension CRolledMap {
  /// Statements of a function in straight lines.
  private static let functionLength = 400

  /// What every step's function takes: the slots, the columns of arguments and of results, and which of their elements.
  static let stepArguments = "(w, from, to, at);"

  /// The functions of all steps in one form, and the calls of them.
  func writeSteps(_ body: inout CBody, to text: inout String) -> [String] {
    var calls: [String] = []
    let suffix = body.form == .scalar ? "s" : "v"
    let type = body.form.type(.f64)
    func open(_ name: String) {
      calls.append(name + CRolledMap.stepArguments)
      text += """
        static NABLA_NOINLINE void \(name)(\(type) *const w, const void *const *const from, void *const *const to, \
        const int64_t at) {
          (void)from;
          (void)to;
          (void)at;

        """
    }
    for (number, step) in rolled.steps.enumerated() {
      switch step {
      case .loop:
        open("nabla_step\(number)\(suffix)")
        for (part, piece) in (loops[number] ?? []).enumerated() { write(piece, number, part, &body, to: &text) }
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
            write(term, number, &known, &body, to: &text)
            rest.removeFirst()
          }
          part += 1
          text += "}\n\n"
        }
      }
    }
    return calls
  }

  // MARK: Places

  /// Where a step reads a slot; `index` is the slot's number, as text.
  private func place(_ index: String, isInput: Bool, _ step: Int, _ form: CForm) -> String {
    isInput && columns.isReading[step] ? CRolledMap.argument(index, of: "from", at: "at", form) : "w[\(index)]"
  }

  /// Where a step writes a result.
  private func result(_ index: String, _ form: CForm) -> String {
    CRolledMap.result(index, of: "to", at: "at", form)
  }

  /// The number that an access has in turn `k`.
  private func index(_ access: CRolledLoop.Access, _ table: String) -> String {
    switch access {
    case .slots(let base, 0): "\(base)"
    case .slots(let base, 1): "\(base) + k"
    case .slots(let base, -1): "\(base) - k"
    case .slots(let base, let step): "\(base) + \(step) * k"
    case .table(let number): "nabla_i\(table)_\(number)[k]"
    case .carried(let first, _): "\(first)"
    case .local, .literal, .literals: ""
    }
  }

  // MARK: Loops

  private func write(_ loop: CRolledLoop, _ number: Int, _ part: Int, _ body: inout CBody, to text: inout String) {
    let form = body.form
    let table = "\(number)_\(part)"
    var carried: [(name: String, statement: Int)] = []
    var names: [CRolledLoop.Access: String] = [:]
    var before = ""
    var inner = ""
    for run in loop.runs {
      body.aliases.removeAll(keepingCapacity: true)
      for (operand, access) in run.leaves {
        switch access {
        case .local(let statement): body.aliases[operand] = "t\(statement)"
        case .literal: break
        default:
          let name = names[access] ?? "e\(names.count)"
          body.aliases[operand] = name
          if names.updateValue(name, forKey: access) != nil { continue }
          let element = plan.element(of: operand)
          if case .literals(let literals) = access {
            let value = form.literal("nabla_l\(table)_\(literals)[k]", element)
            inner += "    const \(form.type(element)) \(name) = \(value);\n"
            continue
          }
          let isInput = loop.slots(access).allSatisfy { $0 < plan.inputs.count }
          let value = form.load(element, place(index(access, table), isInput: isInput, number, form))
          if case .carried(_, let statement) = access {
            before += "  \(form.type(element)) \(name) = \(value);\n"
            carried.append((name, statement))
          } else {
            inner += "    const \(form.type(element)) \(name) = \(value);\n"
          }
        }
      }
      for statement in run.statements { body.write(statement, indent: "    ", to: &inner) }
      let value = form.stored(plan.statements[run.root].element, "t\(run.root)")
      if run.slot >= 0, run.isKept || run.results == nil { inner += "    w[\(run.slot) + k] = \(value);\n" }
      if let results = run.results { inner += "    \(result(index(results, table), form)) = \(value);\n" }
    }
    body.aliases = [:]
    for (name, statement) in carried { inner += "    \(name) = t\(statement);\n" }
    text += "  {\n" + before
    if loop.isIndependent, !loop.isCarried, form == .scalar {
      text += """
        #if defined(__clang__)
        #pragma clang loop vectorize(assume_safety)
        #elif defined(__GNUC__)
        #pragma GCC ivdep
        #endif

        """
    }
    text += "  for (int k = 0; k < \(loop.count); ++k) {\n" + inner + "  }\n  }\n"
  }

  // MARK: Sums

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

  // MARK: Straight lines

  /// One term of a straight line; `known` are the operands that are locals already.
  private func write(
    _ term: Int, _ number: Int, _ known: inout Set<KernelPlan.Operand>, _ body: inout CBody, to text: inout String
  ) {
    let form = body.form
    let entry = rolled.table.terms[term]
    for operand in rolled.table.leaves(of: term) where operand.literal == nil && known.insert(operand).inserted {
      let element = plan.element(of: operand)
      let slot = "\(rolled.slot(of: operand))"
      let value = form.load(element, place(slot, isInput: operand.input != nil, number, form))
      text += "  const \(form.type(element)) \(body.name(operand)) = \(value);\n"
    }
    for statement in rolled.table.statements[entry.statements] { body.write(statement, indent: "  ", to: &text) }
    known.insert(.value(entry.root))
    let value = form.stored(plan.statements[entry.root].element, "t\(entry.root)")
    let slot = rolled.slots[entry.root]
    if slot >= 0, rolled.isKept[Int(rolled.schedule.run[term])] { text += "  w[\(slot)] = \(value);\n" }
    for output in rolled.outputs[entry.root] ?? [] { text += "  \(result("\(output)", form)) = \(value);\n" }
  }
}
