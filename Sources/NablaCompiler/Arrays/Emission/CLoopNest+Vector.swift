import NablaGraph
import NablaRuntime

/// The innermost loop in vectors: several neighbours at once, and what is left over in one vector that is not full.
extension CLoopNest {
  /// Shorter loops do not fill vectors.
  private static let leastExtent = 4

  /// Whether the innermost loop of a kernel can be computed in vectors: of floats, with a vector form of every
  /// statement, and results side by side or at a distance.
  static func takesVectors(_ schedule: LoopSchedule, _ element: (Int) -> ElementType) -> Bool {
    let kernel = schedule.kernel
    let body = kernel.body
    guard let inner = schedule.inner, kernel.extents[inner] >= leastExtent, !body.statements.isEmpty else {
      return false
    }
    return kernel.isVectorial(element)
      && kernel.results.allSatisfy { result in
        result.start == nil ? result.address.steps[inner] != 0 : element(result.buffer).isFloat
      }
  }

  /// Sums that are made side by side, so that one addition need not wait for the one before: as many as hide how long
  /// it takes. Bodies that take longer by themselves have one.
  private var copies: Int {
    if sumsInRegisters, let blocked, schedule.summed == [blocked], kernel.cost <= CLoopNest.copiedCost { return 4 }
    guard sumsInVariables, let inner = schedule.inner, kernel.extents[inner] >= CLoopNest.copiedExtent,
      kernel.results.contains(where: { $0.start != nil }), kernel.cost <= CLoopNest.copiedCost
    else { return 1 }
    return 4
  }

  private static let copiedExtent = 64
  private static let copiedCost = 12

  private func sum(_ number: Int, copy: Int) -> String { copy == 0 ? "s\(number)" : "s\(number)_\(copy)" }

  /// The variables of reductions, each a vector of sums.
  func vectorStart(_ number: Int, _ start: Literal, _ lanes: CLanes, _ indent: String) -> String {
    (0..<copies).map { copy in
      "\(indent)\(lanes.type(start.element)) \(sum(number, copy: copy)) = \(lanes.splat(start.c, start.element));\n"
    }.joined()
  }

  /// Combines the sums of a reduction, and then the halves of its lanes, again and again.
  mutating func writeVectorEnd(_ number: Int, _ lanes: CLanes, _ indent: String, _ text: inout String) {
    let result = kernel.results[number]
    guard let start = result.start, let value = kernel.body.results[number].value,
      case .apply(let combination) = kernel.body.statements[value].action
    else { return }
    let template = CTemplate(combination, on: start.element, of: lanes)
    extra.add(template)
    uniteCopies(number, template, indent, &text)
    var distance = CLanes.byteLimit / start.element.size / 2
    while distance > 0 {
      let other = "nabla_turn_\(start.element.cSuffix)_\(distance)(s\(number))"
      text += "#if \(lanes.lanes(of: start.element)) > \(distance)\n"
      text += "\(indent)s\(number) = \(template.text("s\(number)", other));\n#endif\n"
      distance /= 2
    }
    text += "\(indent)\(element(result.buffer, result.address)) = \(total("s\(number)[0]", of: number));\n"
  }

  private func uniteCopies(_ number: Int, _ template: CTemplate, _ indent: String, _ text: inout String) {
    let sum = sum(number, copy: 0)
    for copy in 1..<max(copies, 1) {
      text += "\(indent)\(sum) = \(template.text(sum, self.sum(number, copy: copy)));\n"
    }
  }

  /// Whether reductions along outer loops add up in a vector: those of few elements, such as windows and teams of rows,
  /// which are at hand for the next vector, and those whose results are one vector.
  var sumsInRegisters: Bool {
    guard lanes != nil, !sumsInVariables, let inner = schedule.inner, !schedule.summed.isEmpty,
      let start = kernel.results.lazy.compactMap(\.start).first, !kernel.extents.contains(0)
    else { return false }
    if let blocked, schedule.isReduced(blocked) { return true }
    if addsToMemory { return false }
    return kernel.extents[inner] * start.element.size <= CLanes.byteLimit
      || schedule.summed.reduce(1) { $0 * kernel.extents[$1] } <= CLoopNest.windowCount
  }

  private static let windowCount = 64

  /// The loops that add up in registers, around one vector of neighbours.
  private mutating func writeRegisterSums(
    _ lanes: CLanes, _ inner: Int, count: String?, _ indent: String, _ text: inout String
  ) {
    for (number, result) in kernel.results.enumerated() {
      if let start = result.start { text += vectorStart(number, start, lanes, indent) }
    }
    if copies > 1, let blocked {
      // GCC takes the loop behind for one that never ends where this one's end is not a number of its own.
      text += "\(indent)const int64_t whole = row + (behind - row) / \(copies) * \(copies);\n"
      text += "\(indent)int64_t i\(blocked) = row;\n\(indent)while (i\(blocked) < whole) {\n"
      for copy in 0..<copies {
        text += "\(indent)  {\n"
        writeRegisterSum(lanes, inner, count: count, copy: copy, indent + "    ", &text)
        text += "\(indent)    ++i\(blocked);\n\(indent)  }\n"
      }
      text += "\(indent)}\n\(indent)for (; i\(blocked) < behind; ++i\(blocked)) {\n"
      writeRegisterSum(lanes, inner, count: count, indent + "  ", &text)
      text += "\(indent)}\n"
    } else {
      var inside = indent
      let sums = open(schedule.summed, &inside, &text)
      writeRegisterSum(lanes, inner, count: count, inside, &text)
      close(sums, &inside, &text)
    }
    for (number, result) in kernel.results.enumerated() {
      guard let start = result.start, let value = kernel.body.results[number].value,
        case .apply(let combination) = kernel.body.statements[value].action
      else { continue }
      let template = CTemplate(combination, on: start.element, of: lanes)
      extra.add(template)
      uniteCopies(number, template, indent, &text)
      var sum = sum(number, copy: 0)
      if addsToMemory { sum = template.text(loaded(result.buffer, result.address, inner, count: count, lanes), sum) }
      text += indent + stored(sum, in: result, inner, count: count, lanes)
    }
  }

  private mutating func writeRegisterSum(
    _ lanes: CLanes, _ inner: Int, count: String?, copy: Int = 0, _ indent: String, _ text: inout String
  ) {
    writeSteady(lanes, indent, &text)
    writeVectors(lanes, inner, count: count, copy: copy, indent, &text)
  }

  private mutating func writeSteady(_ lanes: CLanes, _ indent: String, _ text: inout String) {
    for number in kernel.sources.indices where isSteady.sources[number] && isInside(source: number) {
      text += steadySource(number, lanes, indent)
    }
    writeStatements(indent, &text, steady: true)
  }

  /// The declaration of a source that is the same all along the innermost loop.
  func steadySource(_ number: Int, _ lanes: CLanes, _ indent: String) -> String {
    let type = kernel.body.inputs[number].element
    let value: String
    switch kernel.sources[number] {
    case .element(let buffer, let address): value = element(buffer, address) + (type == .bool ? " != 0" : "")
    case .position(let index): value = "(\(type.cType))(\(parameters.text(index)))"
    case .accumulator, .product: return ""
    }
    return "\(indent)const \(lanes.type(type)) x\(number) = \(lanes.splat("(\(value))", type));\n"
  }

  /// The declaration of a vector of a source; of its lanes `count` are there, or all.
  func source(_ number: Int, _ lanes: CLanes, _ inner: Int, count: String?, _ indent: String) -> String {
    if let index = kernel.sources[number].index, index.step(along: inner) == nil {
      let type = kernel.body.inputs[number].element
      return lanes.lookedUp(
        kernel.sources[number], type, "x\(number)", along: inner, count: count, parameters, indent)
    }
    let place: (buffer: Int, address: LinearIndex)
    switch kernel.sources[number] {
    case .element(let buffer, let address): place = (buffer, address)
    case .accumulator(let result):
      if sumsInVariables || sumsInRegisters { return "" }
      place = (kernel.results[result].buffer, kernel.results[result].address)
    case .position(let index):
      let (type, step) = (kernel.body.inputs[number].element, index.steps[inner])
      let first = lanes.splat("(\(type.cType))(\(parameters.text(index)))", type)
      return "\(indent)const \(lanes.type(type)) x\(number) = \(first) + \(step) * nabla_places_\(type.cSuffix)();\n"
    case .product: return ""
    }
    let type = parameters.element(of: place.buffer)
    let value = loaded(place.buffer, place.address, inner, count: count, lanes)
    return "\(indent)const \(lanes.type(type)) x\(number) = \(value);\n"
  }

  /// The statement that writes a vector to where a result belongs.
  private func stored(
    _ value: String, in result: LoopKernel.Result, _ inner: Int, count: String?, _ lanes: CLanes
  ) -> String {
    let type = parameters.element(of: result.buffer)
    let step = result.address.steps[inner]
    let pointer = "\(parameters.name(of: result.buffer)) + (\(parameters.place(of: result.buffer, result.address)))"
    if step == 1, count == nil, parameters.streamed.contains(result.buffer) {
      return "nabla_past_\(type.cSuffix)(past, \(pointer), \(value));\n"
    }
    return step == 1 && count == nil
      ? lanes.store(type, value, to: pointer) + "\n"
      : "nabla_put_\(type.cSuffix)(\(pointer), \(step), \(value), \(count ?? lanes.count));\n"
  }

  /// A vector of what lies at an address and behind it.
  private func loaded(
    _ buffer: Int, _ address: LinearIndex, _ inner: Int, count: String?, _ lanes: CLanes
  ) -> String {
    let (type, step) = (parameters.element(of: buffer), address.steps[inner])
    let pointer = "\(parameters.name(of: buffer)) + (\(parameters.place(of: buffer, address)))"
    return step == 1 && count == nil
      ? lanes.load(type, pointer) : "nabla_take_\(type.cSuffix)(\(pointer), \(step), \(count ?? lanes.count))"
  }

  mutating func writeVectorBody(_ lanes: CLanes, _ indent: inout String, _ text: inout String) {
    guard let inner = schedule.inner else { return }
    let isOutside = sumsInRegisters
    let sums = isOutside ? 0 : open(schedule.summed, &indent, &text)
    if !isOutside { writeSteady(lanes, indent, &text) }
    func write(_ nest: inout CLoopNest, count: String?, _ indent: String, _ text: inout String) {
      if isOutside {
        nest.writeRegisterSums(lanes, inner, count: count, indent, &text)
      } else {
        nest.writeVectors(lanes, inner, count: count, indent, &text)
      }
    }
    let extent = kernel.extents[inner]
    let (start, end) = bounds(inner)
    text += "\(indent)int64_t i\(inner) = \(start);\n"
    if copies > 1, sumsInVariables {
      text += "\(indent)while (i\(inner) + \(copies) * \(lanes.count) <= \(end)) {\n"
      for copy in 0..<copies {
        text += "\(indent)  {\n"
        writeVectors(lanes, inner, count: nil, copy: copy, indent + "    ", &text)
        text += "\(indent)    i\(inner) += \(lanes.count);\n\(indent)  }\n"
      }
      text += "\(indent)}\n"
    }
    text += "\(indent)for (; i\(inner) + \(lanes.count) <= \(end); i\(inner) += \(lanes.count)) {\n"
    write(&self, count: nil, indent + "  ", &text)
    text += "\(indent)}\n"
    if inner == blocked {
      text += "\(indent)if (i\(inner) < behind) {\n\(indent)  const int64_t count = behind - i\(inner);\n"
      write(&self, count: "count", indent + "  ", &text)
      text += "\(indent)}\n"
    } else {
      text += "#if \(extent) % (\(lanes.count))\n"
      // The parts of threads are whole vectors, but for the last.
      text += isBounded(inner) ? "\(indent)if (i\(inner) < to) {\n" : "\(indent){\n"
      text += "\(indent)  const int64_t count = \(extent) % (\(lanes.count));\n"
      write(&self, count: "count", indent + "  ", &text)
      text += "\(indent)}\n#endif\n"
    }
    close(sums, &indent, &text)
  }

  /// One vector of everything; of its lanes `count` are there, or all.
  private mutating func writeVectors(
    _ lanes: CLanes, _ inner: Int, count: String?, copy: Int = 0, _ indent: String, _ text: inout String
  ) {
    if sumsInVariables || sumsInRegisters {
      for (number, source) in kernel.sources.enumerated() {
        if case .accumulator(let result) = source { body.aliases[.input(number)] = sum(result, copy: copy) }
      }
    }
    for number in kernel.sources.indices where !isSteady.sources[number] && isInside(source: number) {
      text += source(number, lanes, inner, count: count, indent)
    }
    text += hoistedValues(lanes, inner, indent)
    writeStatements(indent, &text, steady: false)
    for (number, result) in kernel.results.enumerated() {
      let value = body.name(kernel.body.results[number])
      if result.start != nil && sumsInVariables {
        let sum = sum(number, copy: copy)
        if inner == blocked, let count {
          let type = kernel.body.element(of: kernel.body.results[number])
          let isThere = "nabla_places_\(type.cSuffix)() < (\(type.cType))\(count)"
          text += "\(indent)\(sum) = \(lanes.type(type))_select(\(isThere), \(value), \(sum));\n"
        } else {
          text +=
            count.map { "\(indent)for (int lane = 0; lane < \($0); ++lane) \(sum)[lane] = \(value)[lane];\n" }
            ?? "\(indent)\(sum) = \(value);\n"
        }
      } else if result.start != nil && sumsInRegisters {
        text += "\(indent)\(sum(number, copy: copy)) = \(value);\n"
      } else {
        text += indent + stored(value, in: result, inner, count: count, lanes)
      }
    }
  }
}

extension LoopKernel {
  /// Whether the body computes with floats alone, each statement in a form that vectors have.
  ///
  /// - Parameter element: the element type of a buffer.
  func isVectorial(_ element: (Int) -> ElementType) -> Bool {
    let operands = body.statements.flatMap { Array($0.operands) } + body.results
    return operands.allSatisfy { !body.element(of: $0).isInteger }
      && body.statements.allSatisfy { !$0.element.isInteger }
      && body.inputs.allSatisfy { !$0.element.isInteger } && body.hasVectorForms
      && results.allSatisfy { $0.start == nil || element($0.buffer).isFloat }
  }
}

extension CLanes {
  /// The lanes of a file of kernels: of floats if no loop has a double.
  init(_ plans: [ArrayPlan]) {
    var pending = plans
    while let plan = pending.popLast() {
      for kernel in plan.kernels {
        let bodies =
          switch kernel {
          case .loop(let loop): [loop]
          case .rows(let rows): rows.parts
          case .contract(let product): product.epilogue.map { [$0] } ?? []
          default: [] as [LoopKernel]
          }
        for loop in bodies {
          let elements =
            loop.body.inputs.map(\.element) + loop.body.statements.map(\.element)
            + loop.body.results.map { loop.body.element(of: $0) }
          if elements.contains(.f64) {
            self = .doubles
            return
          }
        }
        if case .scan(let scan) = kernel { pending.append(scan.body) }
      }
    }
    self = .floats
  }

  /// How many lanes a vector of a type has.
  func lanes(of element: ElementType) -> String { element == .f32 ? "NABLA_VF_LANES" : "NABLA_V_LANES" }
}
