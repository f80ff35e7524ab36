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

  /// The variables of reductions, each a vector of sums.
  func vectorStart(_ number: Int, _ start: Literal, _ lanes: CLanes) -> String {
    "\(lanes.type(start.element)) s\(number) = \(lanes.splat(start.c, start.element));\n"
  }

  /// Combines the lanes of a reduction in their order.
  mutating func writeVectorEnd(_ number: Int, _ lanes: CLanes, _ indent: String, _ text: inout String) {
    let result = kernel.results[number]
    guard let start = result.start, let value = kernel.body.results[number].value,
      case .apply(let combination) = kernel.body.statements[value].action
    else { return }
    let template = CTemplate(combination, on: start.element)
    extra.add(template)
    text += """
      \(indent){
      \(indent)  \(start.element.cType) s = s\(number)[0];
      \(indent)  for (int lane = 1; lane < \(lanes.lanes(of: start.element)); ++lane) \
      s = \(template.text("s", "s\(number)[lane]"));
      \(indent)  \(element(result.buffer, result.address)) = \(total("s", of: number));
      \(indent)}

      """
  }

  mutating func writeVectorBody(_ lanes: CLanes, _ indent: inout String, _ text: inout String) {
    guard let inner = schedule.inner else { return }
    let sums = open(schedule.summed, &indent, &text)
    for (number, source) in kernel.sources.enumerated() where isSteady.sources[number] {
      guard case .element(let buffer, let address) = source else { continue }
      let type = kernel.body.inputs[number].element
      let value = self.element(buffer, address) + (type == .bool ? " != 0" : "")
      text += "\(indent)const \(lanes.type(type)) x\(number) = \(lanes.splat("(\(value))", type));\n"
    }
    writeStatements(indent, &text, steady: true)
    let extent = kernel.extents[inner]
    let (start, end) = bounds(inner)
    text += "\(indent)int64_t i\(inner) = \(start);\n"
    text += "\(indent)for (; i\(inner) + \(lanes.count) <= \(end); i\(inner) += \(lanes.count)) {\n"
    writeVectors(lanes, inner, count: nil, indent + "  ", &text)
    text += "\(indent)}\n#if \(extent) % (\(lanes.count))\n"
    // The parts of threads are whole vectors, but for the last.
    text += inner == shared ? "\(indent)if (i\(inner) < to) {\n" : "\(indent){\n"
    text += "\(indent)  const int64_t count = \(extent) % (\(lanes.count));\n"
    writeVectors(lanes, inner, count: "count", indent + "  ", &text)
    text += "\(indent)}\n#endif\n"
    close(sums, &indent, &text)
  }

  /// One vector of everything; of its lanes `count` are there, or all.
  private mutating func writeVectors(
    _ lanes: CLanes, _ inner: Int, count: String?, _ indent: String, _ text: inout String
  ) {
    for (number, source) in kernel.sources.enumerated() where !isSteady.sources[number] {
      let place: (buffer: Int, address: LinearIndex)
      switch source {
      case .element(let buffer, let address): place = (buffer, address)
      case .accumulator(let result):
        if sumsInVariables { continue }
        place = (kernel.results[result].buffer, kernel.results[result].address)
      case .position, .product: continue
      }
      let type = parameters.element(of: place.buffer)
      let step = place.address.steps[inner]
      let pointer = "\(parameters.name(of: place.buffer)) + (\(place.address.c))"
      let value =
        step == 1 && count == nil
        ? lanes.load(type, pointer) : "nabla_take_\(type.cSuffix)(\(pointer), \(step), \(count ?? lanes.count))"
      text += "\(indent)const \(lanes.type(type)) x\(number) = \(value);\n"
    }
    writeStatements(indent, &text, steady: false)
    for (number, result) in kernel.results.enumerated() {
      let value = body.name(kernel.body.results[number])
      if result.start != nil && sumsInVariables {
        text +=
          count.map { "\(indent)for (int lane = 0; lane < \($0); ++lane) s\(number)[lane] = \(value)[lane];\n" }
          ?? "\(indent)s\(number) = \(value);\n"
        continue
      }
      let type = parameters.element(of: result.buffer)
      let step = result.address.steps[inner]
      let pointer = "\(parameters.name(of: result.buffer)) + (\(result.address.c))"
      text += indent
      text +=
        step == 1 && count == nil
        ? lanes.store(type, value, to: pointer) + "\n"
        : "nabla_put_\(type.cSuffix)(\(pointer), \(step), \(value), \(count ?? lanes.count));\n"
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

  /// What moves some lanes, or lanes that do not lie side by side.
  var partDefinitions: String {
    [
      ("f64", "double", "nabla_v", "NABLA_V_LANES", ""), ("f32", "float", "nabla_vf", "NABLA_VF_LANES", ""),
      ("bool", "unsigned char", mask, count, " != 0 ? -1 : 0"),
    ].map { suffix, type, vector, lanes, test in
      """
      static inline \(vector) nabla_take_\(suffix)(const \(type) *from, int64_t step, int64_t count) {
        \(vector) x;
        for (int64_t lane = 0; lane < \(lanes); ++lane) x[lane] = from[(lane < count ? lane : 0) * step]\(test);
        // clang 21 takes two lanes for one where a choice between vectors follows.
        NABLA_V_OPAQUE(x);
        return x;
      }
      static inline void nabla_put_\(suffix)(\(type) *to, int64_t step, \(vector) x, int64_t count) {
        for (int64_t lane = 0; lane < count; ++lane) to[lane * step] = x[lane]\(test.isEmpty ? "" : " != 0");
      }

      """
    }.joined()
  }
}
