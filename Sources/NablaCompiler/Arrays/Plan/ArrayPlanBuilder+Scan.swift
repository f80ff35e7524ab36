import NablaGraph
import NablaRuntime

/// Scans: loops around the plan of their body.
extension ArrayPlanBuilder {
  /// Operands that are packed once for fewer steps cost more than they save.
  private static let leastSteps = 4

  /// A scan is planned as a program of its own.
  mutating func addScan(_ scan: Scan, _ id: NodeID) throws(CompilerError) {
    let graph = facts.graph
    var program = graph.functions[scan.body.index].body
    let traces = ScanTraces(scan, program)
    let kept = program.roots.indices.filter { !traces.outputs.contains($0) }
    program.roots = kept.map { program.roots[$0] }
    var body = try ArrayPlan(program, depth: depth + 1, unit: unit, sharing: sharing)
    body.isStep = true
    body.leaveToOneIfShort()
    body.cutAlike()
    let length = try facts.constant(scan.length, of: id)
    let operands = graph.operands(of: id).map(whole)
    var captured = Array(operands[(scan.carried + scan.sequences)...])
    if length >= ArrayPlanBuilder.leastSteps {
      packOperands(of: &body, &captured, first: scan.carried + scan.sequences)
    }

    let roots = graph.functions[scan.body.index].body.roots
    func type(_ position: Int) -> (element: ElementType, extents: [Int]) {
      let source = position < scan.carried ? position : nil
      if let source { return (body.outputs[source].element, body.outputs[source].extents) }
      if let place = kept.firstIndex(of: position) {
        return (body.outputs[place].element, [length] + body.outputs[place].extents)
      }
      let carried = body.outputs[traces.carried(of: position) ?? 0]
      return (carried.element, [length] + carried.extents)
    }
    var results: [Int?] = []
    for position in roots.indices {
      if let user = resultNodes[id]?[position] {
        results.append(addBuffer(for: user))
      } else if position < scan.carried {
        results.append(nil)
      } else {
        // What nobody uses has a place all the same.
        let (element, extents) = type(position)
        results.append(addBuffer(element, extents))
      }
    }
    var carried: [ScanKernel.Carried] = []
    for position in 0..<scan.carried {
      let (element, extents) = type(position)
      func place(_ builder: inout ArrayPlanBuilder) -> Int { builder.addBuffer(element, extents) }
      let result = results[position]
      let memory: ScanKernel.Memory
      switch traces.memory[position] {
      case .after(let output): memory = .after(output: results[output] ?? place(&self))
      case .before(let output): memory = .before(output: results[output] ?? place(&self), last: result ?? place(&self))
      case nil: memory = .alternating(place(&self), place(&self))
      }
      carried.append(.init(start: operands[position], result: result, memory: memory))
    }
    let outputs = kept.dropFirst(scan.carried).compactMap { results[$0] }
    let scratch = addBuffer(.bool, [body.workspaceSize])
    append(
      .scan(
        ScanKernel(
          body: body, carried: carried, sequences: Array(operands[scan.carried..<scan.carried + scan.sequences]),
          captured: captured, outputs: outputs, scratch: scratch, length: length, isReversed: scan.isReversed,
          keepsApart: body.isShared && body.keepsApart(carried: scan.carried))))
  }

  /// Packs right operands that are the same for all steps once, before the scan.
  ///
  /// - Parameter first: the number of the first captured input of the body.
  private mutating func packOperands(of body: inout ArrayPlan, _ captured: inout [Int], first: Int) {
    var known: [ContractionKernel.Panels: Int] = [:]
    for number in body.kernels.indices {
      guard case .contract(var product) = body.kernels[number], let panels = product.panels, product.isWorthPanels,
        case .input(let input) = body.buffers[product.right.buffer].place, input >= first,
        input - first < captured.count
      else { continue }
      let outside = body.inputs[input]
      if known[panels] == nil {
        known[panels] = body.addInput(outside.element, [panels.count])
        let result = addBuffer(outside.element, [panels.count])
        var kernel = product.withoutEpilogue
        kernel.right.buffer = captured[input - first]
        kernel.result = result
        append(.pack(PackingKernel(product: kernel, result: result)))
        captured.append(result)
      }
      product.packedRight = known[panels]
      body.kernels[number] = .contract(product)
    }
  }
}

/// Outputs of a scan that have a carried value as it is, before or after each step, so that it can lie there.
private struct ScanTraces {
  enum Trace { case after(Int), before(Int) }

  /// For each carried value.
  private(set) var memory: [Trace?]
  private(set) var outputs: Set<Int> = []

  init(_ scan: Scan, _ body: Program) {
    memory = Array(repeating: nil, count: scan.carried)
    for carried in 0..<scan.carried {
      let candidates = (scan.carried..<body.roots.count).filter { !outputs.contains($0) }
      if let output = candidates.first(where: { body.roots[$0].node == body.roots[carried].node }) {
        memory[carried] = .after(output)
        outputs.insert(output)
      } else if let output = candidates.first(where: { body.roots[$0].node == body.inputs[carried] }) {
        memory[carried] = .before(output)
        outputs.insert(output)
      }
    }
  }

  /// The carried value that an output has.
  func carried(of output: Int) -> Int? {
    memory.firstIndex {
      switch $0 {
      case .after(output)?, .before(output)?: true
      default: false
      }
    }
  }
}

extension ArrayPlan {
  /// An input more, which no name stands for.
  fileprivate mutating func addInput(_ element: ElementType, _ extents: [Int]) -> Int {
    inputs.append(Port(name: "", element: element, extents: extents))
    buffers.append(Buffer(element: element, extents: extents, place: .input(inputs.count - 1), name: nil))
    return buffers.count - 1
  }
}
