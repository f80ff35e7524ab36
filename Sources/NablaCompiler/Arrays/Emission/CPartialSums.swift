import NablaGraph
import NablaRuntime

/// Writes what stands around loops whose sums are made in parts: the loop over the parts, and the sum of all.
struct CPartialSums {
  let sums: PartialSums
  /// The sums, each with the extents of its loops.
  let results: [(result: LoopKernel.Result, extents: [Int], combination: Elementwise)]
  let parameters: CArrayParameters
  private(set) var requirements = CRequirements()

  init(_ sums: PartialSums, of kernels: [LoopKernel], _ parameters: CArrayParameters) {
    (self.sums, self.parameters) = (sums, parameters)
    results = kernels.flatMap { kernel in
      kernel.results.enumerated().compactMap { number, result in
        guard sums.buffers[result.buffer] != nil, result.start != nil, let value = kernel.body.results[number].value,
          case .apply(let combination) = kernel.body.statements[value].action
        else { return nil }
        return (result, kernel.extents, combination)
      }
    }
  }

  /// The same parameters with other names for the buffers of sums: those of the part.
  var inner: CArrayParameters {
    var inner = parameters
    for buffer in sums.buffers.keys { inner.locals[buffer] = name(of: buffer) }
    return inner
  }

  private func name(of buffer: Int) -> String { "p\(buffer)" }

  /// Opens the loop over the parts, each with its places `from` to `to` of the axis.
  func opening(extent: Int, unit: Int) -> String {
    let (count, length) = PartialSums.parts(of: extent, unit: unit)
    func bound(_ thread: String) -> String { "nabla_part(share, \(count), 1, \(thread))" }
    let (first, end) =
      parameters.isShared ? (bound("share->thread"), bound("share->thread + 1")) : ("0", "\(count)")
    var text = "  const int64_t first = \(first), end = \(end);\n"
    for (buffer, memory) in sums.buffers.sorted(by: { $0.key < $1.key }) where sums.isLocal {
      text += "  _Alignas(64) \(parameters.element(of: buffer).cStorage) \(name(of: buffer))"
      text += "[\(parameters.count(of: memory))];\n"
    }
    text += "  for (int64_t part = first; part < end; ++part) {\n"
    text += "    const int64_t from = part * \(length);\n"
    text += "    const int64_t to = from + \(length) < \(extent) ? from + \(length) : \(extent);\n"
    for (buffer, memory) in sums.buffers.sorted(by: { $0.key < $1.key }) where !sums.isLocal {
      let step = sums.isSequential ? 0 : parameters.count(of: memory) / sums.count
      text += "    \(parameters.element(of: buffer).cStorage) *const \(name(of: buffer)) = "
      text += "\(parameters.name(of: memory)) + part * \(step);\n"
    }
    return text
  }

  /// Closes it, and adds up the parts in order.
  ///
  /// - Parameter check: what is said of the sum of a part; an expression in C.
  mutating func closing(check: (_ sum: String) -> String = { _ in "" }) -> String {
    if sums.isSequential { return sequentialClosing(check) }
    var text = "  }\n"
    if parameters.isShared { text += "  nabla_meet(share);\n  if (share->thread != 0) return;\n" }
    for (result, extents, combination) in results {
      guard let memory = sums.buffers[result.buffer] else { continue }
      let step = parameters.count(of: memory) / sums.count
      let (sum, part) = ("\(parameters.name(of: result.buffer))[\(result.address.c)]", parameters.name(of: memory))
      let template = CTemplate(combination, on: parameters.element(of: result.buffer))
      requirements.add(template)
      let test = check("\(part)[part * \(step) + \(result.address.c)]")
      if !test.isEmpty { text += "  for (int64_t part = 0; part < \(sums.count); ++part) {\n\(test)  }\n" }
      text += nest(over: result.address, extents, "  ", "\(sum) = \(part)[\(result.address.c)];")
      text += "  for (int64_t part = 1; part < \(sums.count); ++part) {\n"
      text += nest(
        over: result.address, extents, "    ",
        "\(sum) = \(template.text(sum, "\(part)[part * \(step) + \(result.address.c)]"));")
      text += "  }\n"
    }
    return text
  }

  /// The same where each part is added to the sum when it is made.
  private mutating func sequentialClosing(_ check: (String) -> String) -> String {
    var (starts, additions, checks) = ("", "", "")
    for (result, extents, combination) in results {
      let template = CTemplate(combination, on: parameters.element(of: result.buffer))
      requirements.add(template)
      let (sum, part) = (parameters.name(of: result.buffer), name(of: result.buffer))
      let place = result.address.c
      starts += nest(over: result.address, extents, "      ", "\(sum)[\(place)] = \(part)[\(place)];")
      let total = template.text("\(sum)[\(place)]", "\(part)[\(place)]")
      additions += nest(over: result.address, extents, "      ", "\(sum)[\(place)] = \(total);")
      checks += check("\(part)[\(place)]")
    }
    return checks + "    if (part == 0) {\n\(starts)    } else {\n\(additions)    }\n  }\n"
  }

  private func nest(over address: LinearIndex, _ extents: [Int], _ indent: String, _ statement: String) -> String {
    var (text, loops) = ("", Loops(indent: indent))
    for axis in extents.indices where address.steps[axis] != 0 { loops.open("i\(axis)", extents[axis], &text) }
    text += "\(loops.indent)\(statement)\n"
    loops.close(loops.count, &text)
    return text
  }
}
