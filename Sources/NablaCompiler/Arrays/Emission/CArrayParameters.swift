import NablaGraph

/// The arrays that the function of one kernel takes as parameters `b0`, `b1`, …; an array that is read and written in
/// one place is one parameter.
struct CArrayParameters {
  private struct Array: Hashable {
    let place: ArrayPlan.Place
    let element: ElementType
  }

  private let plan: ArrayPlan
  private var arrays: [Array] = []
  private var written: Set<Array> = []
  /// Whether the threads of a call share the kernel, so that its function takes ``CShare/parameter``.
  let isShared: Bool

  init(of kernel: ArrayKernel, in plan: ArrayPlan) {
    self.plan = plan
    isShared = plan.isShared(kernel)
    for buffer in kernel.writtenBuffers { written.insert(array(buffer)) }
    // A product that packs nothing has no scratch memory, and mentions it.
    let scratch = Set(kernel.scratchBuffers)
    hasEmpty = (kernel.readBuffers + kernel.writtenBuffers).contains {
      plan.buffers[$0].byteCount == 0 && !scratch.contains($0)
    }
    for buffer in kernel.readBuffers + kernel.writtenBuffers where !arrays.contains(array(buffer)) {
      arrays.append(array(buffer))
    }
  }

  /// The parameters of a function that only reads.
  init(reading buffers: [Int], in plan: ArrayPlan) {
    self.plan = plan
    isShared = false
    arrays = buffers.map(array).unique
  }

  /// Notes results that no cache would keep: a store there fetches its line first, which nobody needs.
  ///
  /// - Parameter bytes: of all arrays of the kernel.
  mutating func stream(_ results: [LoopKernel.Result], of bytes: Int) {
    if bytes * 4 < Processor.lastCacheSize * 3 { return }
    streamed = results.map(\.buffer).unique.filter { buffer in
      let size = plan.buffers[buffer].element.size
      guard case .output(let position) = plan.buffers[buffer].place, plan.aliases[position] == nil,
        plan.buffers[buffer].element.isFloat, plan.buffers[buffer].byteCount * 4 > Processor.lastCacheSize,
        !plan.kernels.contains(where: { $0.readBuffers.contains(buffer) })
      else { return false }
      return results.filter { $0.buffer == buffer }.allSatisfy { result in
        result.start == nil && result.address.offset * size % 64 == 0
          && result.address.steps.allSatisfy { $0 == 1 || $0 * size % 64 == 0 }
      }
    }
  }

  /// Says whether the results that may be written past the caches lie at whole lines.
  var streamOpening: String {
    if streamed.isEmpty { return "" }
    let tests = streamed.map { "(__UINTPTR_TYPE__)\(name(of: $0)) % 64 == 0" }
    return "  const int past = \(tests.joined(separator: " && "));\n"
  }
  /// Makes them visible to other threads.
  var streamClosing: String { streamed.isEmpty ? "" : "  nabla_past(past);\n" }

  private func array(_ buffer: Int) -> Array {
    Array(place: plan.buffers[buffer].place, element: plan.buffers[buffer].element)
  }

  /// The most threads that share a call.
  var threads: Int { plan.threads }

  /// Results that are written past the caches, if they lie at whole lines.
  var streamed: [Int] = []

  /// Arrays that the function itself has, and their names.
  var locals: [Int: String] = [:]

  /// Of arrays that have memory for some rows at a time: what the address of the first of these is less by.
  var origins: [Int: String] = [:]

  /// An address in an array.
  func place(of buffer: Int, _ address: LinearIndex) -> String {
    text(address) + (origins[buffer].map { " - \($0)" } ?? "")
  }

  /// An index with what is looked up for it.
  func text(_ index: LinearIndex) -> String {
    index.lookups.reduce(index.c) { text, lookup in
      let integer = "\(name(of: lookup.buffer))[\(place(of: lookup.buffer, lookup.address))]"
      return "\(text) + \(lookup.step == 1 ? "" : "(\(lookup.step)) * ")nabla_at(\(integer), \(lookup.extent))"
    }
  }

  func name(of buffer: Int) -> String { locals[buffer] ?? "b\(arrays.firstIndex(of: array(buffer)) ?? 0)" }

  func element(of buffer: Int) -> ElementType { plan.buffers[buffer].element }

  /// How many elements a buffer has.
  func count(of buffer: Int) -> Int { plan.buffers[buffer].extents.elementCount }

  private func type(_ array: Array) -> String { (written.contains(array) ? "" : "const ") + array.element.cStorage }

  /// What stands in the parentheses of the definition.
  var declarations: String {
    let list =
      arrays.enumerated().map { "\(type($1)) *\(isAlone($1) ? "restrict " : "")b\($0)" }
      + (isShared ? [CShare.parameter] : [])
    return list.isEmpty ? "void" : list.joined(separator: ", ")
  }

  /// The same without a promise that arrays do not overlap, for functions that this function calls.
  var inner: String { arrays.enumerated().map { "\(type($1)) *b\($0)" }.joined(separator: ", ") }
  /// What those are called with.
  var names: String { arrays.indices.map { "b\($0)" }.joined(separator: ", ") }

  /// The same with an expression for one array.
  func names(with expression: String, for buffer: Int) -> String {
    arrays.indices.map { "b\($0)" == name(of: buffer) ? expression : "b\($0)" }.joined(separator: ", ")
  }

  /// Whether no other array may lie in the same place: an output may be written over an input.
  private func isAlone(_ array: Array) -> Bool {
    switch array.place {
    case .input(let input): !plan.aliases.values.contains(input)
    case .output(let output): plan.aliases[output] == nil
    default: true
    }
  }

  /// Whether an array has no elements, so that a function may not use all that it takes.
  private(set) var hasEmpty = false

  /// Statements that mention every parameter, for compilers that warn of those that are not used.
  var mentions: String { arrays.indices.map { "  (void)b\($0);\n" }.joined() }

  /// What stands in the parentheses of a call.
  var arguments: String {
    let list = arrays.map { array in
      let type = "(\(type(array)) *)"
      return switch array.place {
      case .input(let position): "\(type)in[\(position)]"
      case .output(let position): "\(type)out[\(position)]"
      case .workspace(let offset): "\(type)(w + \(offset))"
      case .nowhere: "\(type)0"
      }
    }
    return (list + (isShared ? ["share"] : [])).joined(separator: ", ")
  }
}

extension LinearIndex {
  /// The index as C, with `i0`, `i1`, … for the positions and without what is looked up.
  var c: String {
    var terms: [String] = []
    for (axis, step) in steps.enumerated() where step != 0 {
      terms.append(step == 1 ? "i\(axis)" : step < 0 ? "(\(step)) * i\(axis)" : "\(step) * i\(axis)")
    }
    if offset != 0 || terms.isEmpty { terms.insert("\(offset)", at: 0) }
    return terms.joined(separator: " + ")
  }
}

/// What writes the function of a kernel.
protocol CKernelFunction {
  /// The text of the function.
  mutating func write(name: String) -> String
  /// What that needs before it.
  var requirements: CRequirements { get }
  /// Whether the text has the vectors of the file.
  var usesVectors: Bool { get }
}

extension CKernelFunction {
  var usesVectors: Bool { false }
}
