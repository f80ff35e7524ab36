import NablaGraph

extension ArrayPlan: CustomStringConvertible {
  /// Every kernel with what it reads, computes and writes, for people; see ``KernelListing``.
  public var description: String { KernelListing(self).text() }

  /// What a kernel is, and over which space it runs.
  func kind(of kernel: ArrayKernel) -> String {
    switch kernel {
    case .loop(let loop):
      let space = loop.extents.filter { $0 != 1 }.map(String.init).joined(separator: " × ")
      let reduced = loop.reduced.map { loop.extents[$0] }.filter { $0 != 1 }.map(String.init).joined(separator: " × ")
      return "\(reduced.isEmpty ? "map" : "reduce \(reduced) of") \(space.isEmpty ? "1" : space)"
    case .rows(let rows):
      let lengths = rows.parts.map { $0.extents.dropFirst(rows.rows.count).reduce(1, *) }.filter { $0 > 1 }
      let walks = lengths.count == 1 ? "1 walk" : "\(lengths.count) walks"
      return "rows \(rows.rows.map(String.init).joined(separator: " × ")), "
        + (lengths.max().map { "\(walks) along \($0)" } ?? "by themselves")
    case .contract(let product):
      func count(_ axes: [ContractionKernel.Axis]) -> Int { axes.reduce(1) { $0 * $1.extent } }
      let batch = count(product.batch) == 1 ? "" : "\(count(product.batch)) × "
      return
        "contract \(batch)\(count(product.rows)) × \(count(product.columns)) over \(count(product.sums))"
    case .scatter(let scatter):
      return "scatter \(scatter.batches * scatter.places) of \(scatter.slice.reduce(1) { $0 * $1.extent })"
    case .along(let along):
      let space = [along.outer, along.extent, along.inner].filter { $0 != 1 }.map(String.init)
        .joined(separator: " × ")
      switch along.action {
      case .extremum(let extremum): return "arg\(extremum.rawValue) of \(space)"
      case .cumulation(let cumulation, _): return "cumulative \(cumulation.rawValue) of \(space)"
      case .order: return "argsort of \(space)"
      }
    case .random(let random): return "random \(random.keys * random.count)"
    case .scan(let scan): return "scan of \(scan.length) steps"
    case .pack(let packing): return "pack \(packing.product.panels?.count ?? 0)"
    }
  }

  /// What a loop reads, computes and writes.
  func lines(_ loop: LoopKernel, _ names: ArrayNames) -> [String] {
    var lines: [String] = []
    for (number, source) in loop.sources.enumerated() {
      let value =
        switch source {
        case .element(let buffer, let address): "\(names[buffer])[\(text(address, names))]"
        case .position(let index): text(index, names)
        case .product: "the product's element"
        case .accumulator(let result): "so far in \(names[loop.results[result].buffer])"
        }
      lines.append("x\(number): \(loop.body.inputs[number].element.rawValue) = \(value)")
    }
    for number in loop.body.statements.indices { lines.append("\(loop.body.line(number))") }
    for (number, result) in loop.results.enumerated() {
      lines.append(
        "\(names[result.buffer])[\(result.address.c)] = \(loop.body.name(loop.body.results[number]))"
      )
    }
    return lines
  }

  /// An index with the integers that are looked up for it, by name.
  private func text(_ index: LinearIndex, _ names: ArrayNames) -> String {
    var terms = index.offset == 0 && index.steps.allSatisfy { $0 == 0 } && !index.lookups.isEmpty ? [] : [index.c]
    for lookup in index.lookups {
      let integer = "\(names[lookup.buffer])[\(text(lookup.address, names))]"
      terms.append(lookup.step == 1 ? integer : "\(lookup.step) * \(integer)")
    }
    return terms.joined(separator: " + ")
  }

  private func name(_ buffer: Int) -> String { "a\(buffer)" }

  /// Where every array lies, and which kernels need those that share the workspace.
  public var memoryDescription: String {
    var (first, last): ([Int: Int], [Int: Int]) = ([:], [:])
    for (number, kernel) in kernels.enumerated() {
      for buffer in kernel.readBuffers + kernel.writtenBuffers {
        first[buffer] = first[buffer] ?? number
        last[buffer] = number
      }
    }
    let scratch = Set(kernels.flatMap(\.scratchBuffers))
    func users(_ buffer: Int) -> String {
      guard let first = first[buffer], let last = last[buffer] else { return "" }
      if scratch.contains(buffer) { return ", scratch memory of kernel \(first)" }
      return first == last ? ", kernel \(first)" : ", kernels \(first) to \(last)"
    }
    var text =
      "\(kernels.count) kernel\(kernels.count == 1 ? "" : "s"), \(workspaceSize) bytes of workspace at the peak\n"
    for (number, buffer) in buffers.enumerated() {
      let place: String? =
        switch buffer.place {
        case .input(let position): "input \(position)"
        case .output(let position): "output \(position)"
        case .workspace(let offset): "byte \(offset), \(buffer.byteCount) bytes\(users(number))"
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
