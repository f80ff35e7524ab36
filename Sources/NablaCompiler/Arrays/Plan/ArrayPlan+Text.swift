import NablaGraph

extension ArrayPlan: CustomStringConvertible {
  /// Every kernel with what it reads, computes and writes, for people. Arrays are `a0`, `a1`, …; see
  /// ``memoryDescription`` for where they lie.
  public var description: String {
    var text = "\(kernels.count) kernels over arrays, \(workspaceSize) bytes of workspace\n"
    for (number, kernel) in kernels.enumerated() {
      text += "kernel \(number): \(heading(kernel))\n"
      if case .loop(let loop) = kernel { text += lines(loop) }
      if case .scan(let scan) = kernel {
        text += "\(scan.body)".split(separator: "\n").map { "  \($0)\n" }.joined()
      }
    }
    return text
  }

  private func heading(_ kernel: ArrayKernel) -> String {
    let reads = kernel.readBuffers.map(name).joined(separator: ", ")
    let writes = kernel.writtenBuffers.map(name).joined(separator: ", ")
    let flow = reads.isEmpty ? "→ \(writes)" : "\(reads) → \(writes)"
    switch kernel {
    case .loop(let loop):
      let reduced = loop.reduced.map { "i\($0)" }.joined(separator: ", ")
      return "\(reduced.isEmpty ? "map" : "reduce \(reduced)") over \(loop.extents)"
    case .contract(let product):
      func count(_ axes: [ContractionKernel.Axis]) -> Int { axes.reduce(1) { $0 * $1.extent } }
      let sizes = [product.batch, product.rows, product.columns, product.sums].map(count)
      return "contract \(sizes[0]) × \(sizes[1]) × \(sizes[2]) over \(sizes[3]), \(flow)"
    case .indexed(let indexed): return "\(indexed.isAdding ? "scatter" : "gather") \(flow)"
    case .along(let along):
      switch along.action {
      case .extremum(let extremum): return "arg\(extremum.rawValue) \(flow)"
      case .cumulation(let cumulation, _): return "cumulative \(cumulation.rawValue) \(flow)"
      case .order: return "argsort \(flow)"
      }
    case .random(let random): return "random site \(random.site) \(flow)"
    case .scan(let scan): return "scan of \(scan.length) steps \(flow)"
    case .pack: return "pack \(flow)"
    }
  }

  private func lines(_ loop: LoopKernel) -> String {
    var text = ""
    for (number, source) in loop.sources.enumerated() {
      let value =
        switch source {
        case .element(let buffer, let address): "\(name(buffer))[\(address.c)]"
        case .position(let index): index.c
        case .accumulator(let result): "so far in \(name(loop.results[result].buffer))"
        }
      text += "  x\(number): \(loop.body.inputs[number].element.rawValue) = \(value)\n"
    }
    for number in loop.body.statements.indices { text += "  \(loop.body.line(number))\n" }
    for (number, result) in loop.results.enumerated() {
      text += "  \(name(result.buffer))[\(result.address.c)] = \(loop.body.name(loop.body.results[number]))\n"
    }
    return text
  }

  private func name(_ buffer: Int) -> String { "a\(buffer)" }

  /// Where every array lies.
  public var memoryDescription: String {
    var text = "\(kernels.count) kernels, \(workspaceSize) bytes of workspace\n"
    for (number, buffer) in buffers.enumerated() {
      let place: String? =
        switch buffer.place {
        case .input(let position): "input \(position)"
        case .output(let position): "output \(position)"
        case .workspace(let offset): "byte \(offset), \(buffer.byteCount) bytes"
        case .nowhere: nil
        }
      guard let place else { continue }
      let shape = buffer.extents.isEmpty ? "" : "\(buffer.extents)"
      text += "  \(name(number)): \(buffer.element.rawValue)\(shape) → \(place)"
      text += buffer.name.map { "  # \($0)\n" } ?? "\n"
    }
    return text
  }
}
