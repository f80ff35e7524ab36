import NablaGraph
import NablaRuntime

/// Writes the function of a loop kernel.
///
/// What does not change along the innermost loop is read and computed before it. A reduction along the innermost loop
/// adds up in a variable; one along an outer loop adds up in the result itself, a row at a time, so that the innermost
/// loop runs over neighbours.
struct CLoopNest: CKernelFunction {
  let schedule: LoopSchedule
  var parameters: CArrayParameters
  var body: CBody
  /// Whether an input of the body, and a statement, is the same all along the innermost loop.
  private(set) var isSteady: (sources: [Bool], statements: [Bool])

  /// What the text needs beside the body.
  var extra = CRequirements()
  /// The vectors of the innermost loop, if it has any.
  let lanes: CLanes?

  var kernel: LoopKernel { schedule.kernel }
  var usesVectors: Bool { lanes != nil }

  /// What is computed before all loops.
  let hoisted: HoistedStatements?

  /// Whether reductions add to what the memory has, since axes in front are reduced too.
  let addsToMemory: Bool
  /// Whether the loops stand within loops over rows.
  private let isPart: Bool
  /// The axis of which some places are walked along at a time, from `row` to `behind`.
  let blocked: Int?

  /// - Parameters:
  ///   - lanes: the vectors of the file, which the loop uses if it can.
  ///   - rows: how many axes in front are rows, for which there are loops already.
  ///   - isBlocked: whether the loop over the last of these axes is over teams of rows.
  init(_ kernel: LoopKernel, _ parameters: CArrayParameters, lanes: CLanes?, rows: Int = 0, isBlocked: Bool = false) {
    schedule = LoopSchedule(kernel, rows: isBlocked ? rows - 1 : rows, isBlocked: isBlocked)
    addsToMemory = kernel.reduced.contains { $0 < rows }
    isPart = rows > 0
    blocked = isBlocked ? rows - 1 : nil
    self.parameters = parameters
    let isPossible = CLoopNest.takesVectors(schedule, parameters.element)
    self.lanes = isPossible ? lanes : nil
    if self.lanes == nil { self.parameters.streamed = [] }
    body = CBody(schedule.kernel.body, form: self.lanes.map { .vector($0) } ?? .scalar)
    if self.lanes != nil { body.joint = JointCalls(schedule.kernel.body) }
    isSteady = CLoopNest.steadiness(of: schedule)
    hoisted =
      self.lanes != nil && !isPart && body.joint.members.isEmpty ? HoistedStatements(schedule, isSteady) : nil
  }

  var requirements: CRequirements {
    var all = body.requirements
    all.formUnion(extra)
    if let lanes { all.sections.formUnion(lanes.sections) }
    if kernel.results.contains(where: { $0.start?.isFinite == false }) { all.sections.insert("constants") }
    return all
  }

  static func steadiness(of schedule: LoopSchedule) -> (sources: [Bool], statements: [Bool]) {
    let kernel = schedule.kernel
    guard let inner = schedule.inner else {
      return (kernel.sources.map { _ in false }, kernel.body.statements.map { _ in false })
    }
    let written = Set(kernel.results.map(\.buffer))
    let sources = kernel.sources.map { source in
      if case .element(let buffer, _) = source, written.contains(buffer) { return false }
      return source.index.map { $0.isSteady(along: inner) } ?? false
    }
    var statements: [Bool] = []
    for statement in kernel.body.statements {
      statements.append(
        statement.operands.allSatisfy { operand in
          if let value = operand.value { return statements[value] }
          return operand.input.map { sources[$0] } ?? true
        })
    }
    return (sources, statements)
  }

  /// Whether reductions add up in variables.
  var sumsInVariables: Bool { schedule.inner.map(schedule.isReduced) ?? true }

  mutating func write(name: String) -> String {
    if let guess = kernel.guess { return write(guess, name: name) }
    var text = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n" + parameters.streamOpening
    if let cut {
      var sums = CPartialSums(kernel.partial, of: [kernel], parameters)
      parameters = sums.inner
      text += sums.opening(extent: kernel.extents[cut], unit: schedule.unit(of: cut)) + nest(indent: "    ")
      text += parameters.streamClosing + sums.closing()
      extra.formUnion(sums.requirements)
      return text + "}\n\n"
    }
    if let shared { text += CShare.range(of: kernel.extents[shared], unit: schedule.unit(of: shared)) }
    return text + nest(indent: "  ") + parameters.streamClosing + "}\n\n"
  }

  /// The axis along which sums are made in parts.
  private var cut: Int? { kernel.partial.isEmpty ? nil : schedule.cut }

  /// The loops.
  mutating func nest(indent: String) -> String {
    for (number, source) in kernel.sources.enumerated() {
      if case .accumulator(let result) = source, sumsInVariables || sumsInRegisters {
        body.aliases[.input(number)] = "s\(result)"
      }
    }
    var text = ""
    var indent = indent
    writeHoisted(indent, &text)
    let closings = open(schedule.outer, &indent, &text)
    writeStarts(indent, &text)
    // An empty loop nest reads nothing, not even what stands before its innermost loop.
    if !kernel.extents.contains(0) {
      if let lanes { writeVectorBody(lanes, &indent, &text) } else { writeBody(&indent, &text) }
    }
    if sumsInVariables {
      for (number, result) in kernel.results.enumerated() where result.start != nil {
        if let lanes {
          writeVectorEnd(number, lanes, indent, &text)
          continue
        }
        text += "\(indent)\(element(result.buffer, result.address)) = \(total("s\(number)", of: number));\n"
      }
    }
    close(closings, &indent, &text)
    return text
  }

  /// A sum, with what the memory has of it already.
  mutating func total(_ sum: String, of number: Int) -> String {
    let result = kernel.results[number]
    guard addsToMemory, let start = result.start, let value = kernel.body.results[number].value,
      case .apply(let combination) = kernel.body.statements[value].action
    else { return sum }
    let template = CTemplate(combination, on: start.element)
    extra.add(template)
    return template.text(element(result.buffer, result.address), sum)
  }

  /// The loops over reduced axes and the innermost one, with what they compute.
  private mutating func writeBody(_ indent: inout String, _ text: inout String) {
    let sums = open(schedule.summed, &indent, &text)
    writeSources(indent, &text) { isSteady.sources[$0] }
    writeStatements(indent, &text, steady: true)
    let inner = open(schedule.inner.map { [$0] } ?? [], &indent, &text)
    writeSources(indent, &text) { !isSteady.sources[$0] }
    writeStatements(indent, &text, steady: false)
    for (number, result) in kernel.results.enumerated() {
      let value = body.name(kernel.body.results[number])
      text += indent
      text += result.start != nil && sumsInVariables ? "s\(number)" : element(result.buffer, result.address)
      text += " = \(value);\n"
    }
    close(inner, &indent, &text)
    close(sums, &indent, &text)
  }

  // MARK: Loops

  /// The axis that threads share.
  var shared: Int? { parameters.isShared && !isPart && kernel.partial.isEmpty ? schedule.shared : nil }

  /// Whether the text around the loops says where one begins and ends.
  func isBounded(_ axis: Int) -> Bool { axis == shared || axis == cut }

  /// Where a loop begins and ends.
  func bounds(_ axis: Int) -> (start: String, end: String) {
    if axis == blocked { return ("row", "behind") }
    return isBounded(axis) ? ("from", "to") : ("0", "\(kernel.extents[axis])")
  }

  private func loop(_ axis: Int) -> String {
    let (start, end) = bounds(axis)
    return "for (int64_t i\(axis) = \(start); i\(axis) < \(end); ++i\(axis)) "
  }

  func open(_ axes: [Int], _ indent: inout String, _ text: inout String) -> Int {
    for axis in axes {
      text += "\(indent)\(loop(axis)){\n"
      indent += "  "
    }
    return axes.count
  }

  func close(_ count: Int, _ indent: inout String, _ text: inout String) {
    for _ in 0..<count {
      indent.removeLast(2)
      text += indent + "}\n"
    }
  }

  /// What reductions start from.
  private func writeStarts(_ indent: String, _ text: inout String) {
    if sumsInRegisters { return }
    for (number, result) in kernel.results.enumerated() {
      guard let start = result.start else { continue }
      if sumsInVariables {
        if let lanes {
          text += vectorStart(number, start, lanes, indent)
          continue
        }
        text += "\(indent)\(start.element.cType) s\(number) = \(start.c);\n"
      } else if let inner = schedule.inner, !addsToMemory {
        text += "\(indent)\(loop(inner))\(element(result.buffer, result.address)) = \(start.c);\n"
      }
    }
  }

  // MARK: The body

  func element(_ buffer: Int, _ address: LinearIndex) -> String {
    "\(parameters.name(of: buffer))[\(parameters.place(of: buffer, address))]"
  }

  private func writeSources(_ indent: String, _ text: inout String, where isWanted: (Int) -> Bool) {
    for (number, source) in kernel.sources.enumerated() where isWanted(number) {
      switch source {
      case .element(let buffer, let address): writeRead(number, buffer, address, indent, &text)
      case .position(let index):
        let type = kernel.body.inputs[number].element.cType
        text += "\(indent)const \(type) x\(number) = (\(type))(\(parameters.text(index)));\n"
      case .accumulator(let result):
        if sumsInVariables { continue }
        writeRead(number, kernel.results[result].buffer, kernel.results[result].address, indent, &text)
      case .product: preconditionFailure("a loop follows no product")
      }
    }
  }

  private func writeRead(
    _ number: Int, _ buffer: Int, _ address: LinearIndex, _ indent: String, _ text: inout String
  ) {
    let element = parameters.element(of: buffer)
    text += "\(indent)const \(element.cType) x\(number) = \(self.element(buffer, address))"
    text += element == .bool ? " != 0;\n" : ";\n"
  }

  mutating func writeStatements(_ indent: String, _ text: inout String, steady: Bool) {
    for number in kernel.body.statements.indices
    where isSteady.statements[number] == steady && isInside(statement: number) {
      body.write(number, indent: indent, to: &text)
    }
  }
}
