import NablaGraph
import NablaRuntime

/// Computes with places in loops as floats, where all numbers stay so small that these are exact: vectors of floats can
/// then do what loops over integers would do one by one. `c < r`, `2*i/(n - 1)` and `x^j` are such.
struct FloatPositions {
  /// Integers that lie in memory as floats.
  struct Stored: Hashable {
    let element: ElementType
    /// What they can be.
    var range: ClosedRange<Int>
  }

  private let kernel: LoopKernel
  /// Arrays of integers that may lie in memory as floats: what is known of them.
  private let arrays: [Int: Stored?]
  /// What the integers become, and how large they may be.
  private let real: ElementType
  private let limit: Int
  private var body: KernelPlan
  /// What stands for each statement of the kernel, and the integers that it can be.
  private var images: [KernelPlan.Operand] = []
  private var ranges: [ClosedRange<Int>?] = []

  /// The kernel in floats, and what it writes of the arrays; `nil`, where it has other integers, or larger ones.
  ///
  /// - Parameter arrays: arrays of integers that may lie in memory as floats, with what is known of them.
  static func image(
    of kernel: LoopKernel, with arrays: [Int: Stored?]
  ) -> (kernel: LoopKernel, written: [Int: Stored])? {
    let hasPositions = kernel.sources.contains { if case .position = $0 { true } else { false } }
    let hasArrays = !arrays.isEmpty && (kernel.readBuffers + kernel.writtenBuffers).contains { arrays[$0] != nil }
    if !(hasPositions || hasArrays) || kernel.extents.contains(0) { return nil }
    var rewriting = FloatPositions(kernel, arrays)
    return rewriting.image().map { ($0, rewriting.written) }
  }

  /// What the kernel writes of the arrays.
  private var written: [Int: Stored] = [:]

  private init(_ kernel: LoopKernel, _ arrays: [Int: Stored?]) {
    (self.kernel, self.arrays) = (kernel, arrays)
    let elements = kernel.body.inputs.map(\.element) + kernel.body.statements.map(\.element)
    real = elements.contains(.f64) ? .f64 : .f32
    limit = real == .f64 ? 1 << 52 : 1 << 23
    body = kernel.body
    body.statements = []
  }

  private mutating func image() -> LoopKernel? {
    for (number, source) in kernel.sources.enumerated() where kernel.body.inputs[number].element.isInteger {
      switch source {
      case .position(let index):
        if !fits(range(of: index), kernel.body.inputs[number].element) { return nil }
      case .element(let buffer, _):
        guard let stored = arrays[buffer] ?? nil, stored.element == real else { return nil }
      case .accumulator, .product: return nil
      }
      body.inputs[number] = .init(name: kernel.body.inputs[number].name, element: real)
    }
    for statement in kernel.body.statements {
      guard append(statement) else { return nil }
    }
    for (result, value) in zip(kernel.results, kernel.body.results) where kernel.body.element(of: value).isInteger {
      guard arrays[result.buffer] != nil, result.start == nil, let range = range(of: value), fits(range, .i64) else {
        return nil
      }
      let known = written[result.buffer]?.range ?? range
      written[result.buffer] = Stored(element: real, range: known.union(range))
    }
    var result = kernel
    body.results = kernel.body.results.map { image(of: $0) }
    body.parts = [0..<body.statements.count]
    result.body = body
    return result
  }

  private mutating func append(_ statement: KernelPlan.Statement) -> Bool {
    let operands = Array(statement.operands)
    let areIntegers = operands.map { kernel.body.element(of: $0).isInteger }
    guard statement.element.isInteger else {
      if case .cast = statement.action, areIntegers[0] {
        if statement.element == .bool { return false }
        if statement.element == real {
          keep(image(of: operands[0]), nil)
          return true
        }
      } else if areIntegers.contains(true), !statement.isComparison {
        return false
      }
      write(statement.action, operands, statement.element, nil)
      return true
    }
    let range: ClosedRange<Int>?
    switch statement.action {
    case .cast:
      if kernel.body.element(of: operands[0]) == .bool {
        range = 0...1
      } else {
        guard let same = self.range(of: operands[0]), fits(same, statement.element) else { return false }
        keep(image(of: operands[0]), same)
        return true
      }
    case .apply(let f): range = self.range(of: f, operands)
    }
    guard let range, fits(range, statement.element) else { return false }
    write(statement.action, operands, real, range)
    return true
  }

  private mutating func keep(_ image: KernelPlan.Operand, _ range: ClosedRange<Int>?) {
    images.append(image)
    ranges.append(range)
  }

  private mutating func write(
    _ action: KernelPlan.Action, _ operands: [KernelPlan.Operand], _ element: ElementType, _ range: ClosedRange<Int>?
  ) {
    let operands = operands.map { image(of: $0) }
    keep(.value(body.statements.count), range)
    body.statements.append(.init(action, operands, element))
  }

  private mutating func image(of operand: KernelPlan.Operand) -> KernelPlan.Operand {
    if let value = operand.value { return images[value] }
    guard operand.literal != nil, let range = range(of: operand) else { return operand }
    body.literals.append(Literal(Int64(range.lowerBound), real))
    return .literal(body.literals.count - 1)
  }

  // MARK: Ranges

  private func fits(_ range: ClosedRange<Int>, _ element: ElementType) -> Bool {
    let most = element == .i32 ? min(limit, Int(Int32.max)) : limit
    return range.lowerBound >= -most && range.upperBound <= most
  }

  private func range(of index: LinearIndex) -> ClosedRange<Int> {
    var (low, high) = (index.offset, index.offset)
    for reach in zip(index.steps, kernel.extents).map({ $0 * ($1 - 1) }) + index.lookups.map(\.reach) {
      if reach < 0 { low += reach } else { high += reach }
    }
    return low...high
  }

  /// The integers that an operand can be; `nil` for what is none.
  private func range(of operand: KernelPlan.Operand) -> ClosedRange<Int>? {
    if let value = operand.value { return ranges[value] }
    if let input = operand.input {
      return switch kernel.sources[input] {
      case .position(let index): range(of: index)
      case .element(let buffer, _): kernel.body.inputs[input].element.isInteger ? arrays[buffer]??.range : nil
      case .accumulator, .product: nil
      }
    }
    guard let number = operand.literal, kernel.body.literals[number].element.isInteger else { return nil }
    let value = Int(Int64(bitPattern: kernel.body.literals[number].bits))
    return value.magnitude <= limit ? value...value : nil
  }

  private func range(of f: Elementwise, _ operands: [KernelPlan.Operand]) -> ClosedRange<Int>? {
    let known = operands.compactMap { range(of: $0) }
    // The condition of a choice is no integer.
    guard known.count == (f == .select ? operands.count - 1 : operands.count), let a = known.first else { return nil }
    let b = known[known.count - 1]
    switch f {
    case .add: return a.lowerBound + b.lowerBound...a.upperBound + b.upperBound
    case .subtract: return a.lowerBound - b.upperBound...a.upperBound - b.lowerBound
    case .negate: return -a.upperBound ... -a.lowerBound
    case .multiply:
      if a.magnitude.multipliedReportingOverflow(by: b.magnitude).overflow { return nil }
      let most = a.magnitude * b.magnitude
      return -most...most
    case .floorDivide: return b.lowerBound > 0 ? -a.magnitude...a.magnitude : nil
    case .mod: return a.lowerBound >= 0 && b.lowerBound > 0 ? 0...b.upperBound - 1 : nil
    case .abs: return 0...a.magnitude
    case .identity: return a
    case .min, .max, .select: return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    default: return nil
    }
  }
}

extension ClosedRange<Int> {
  fileprivate var magnitude: Int { Swift.max(abs(lowerBound), abs(upperBound)) }

  fileprivate func union(_ other: ClosedRange<Int>) -> ClosedRange<Int> {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }
}

extension KernelPlan.Statement {
  fileprivate var isComparison: Bool {
    if case .apply(let f) = action { [.equal, .notEqual, .less, .lessEqual].contains(f) } else { false }
  }
}

extension ArrayPlan {
  /// Rounds in which arrays are given up that some loop cannot have in floats.
  private static let floatRounds = 4

  /// Lets loops compute with places as floats, and leaves those in memory so that one loop writes for others: the
  /// places of the greatest elements of windows, for one.
  mutating func usePlacesInFloats() {
    var arrays: [Int: FloatPositions.Stored?] = [:]
    for (number, buffer) in buffers.enumerated() where buffer.element.isInteger {
      if case .workspace = buffer.place { arrays[number] = .some(nil) }
    }
    var inLoops: Set<Int> = []
    for kernel in kernels {
      if case .loop = kernel { inLoops.formUnion(kernel.writtenBuffers); continue }
      for buffer in kernel.readBuffers + kernel.writtenBuffers { arrays[buffer] = nil }
    }
    arrays = arrays.filter { inLoops.contains($0.key) }
    for kernel in kernels {
      guard case .loop(let loop) = kernel else { continue }
      for buffer in loop.sources.flatMap({ $0.index?.reads.map(\.buffer) ?? [] }) { arrays[buffer] = nil }
      for buffer in loop.checks.flatMap(\.readBuffers) { arrays[buffer] = nil }
    }
    for _ in 0..<ArrayPlan.floatRounds {
      guard let images = floatImages(&arrays) else { continue }
      kernels = images
      for (number, stored) in arrays {
        guard let stored else { continue }
        let old = buffers[number]
        buffers[number] = Buffer(element: stored.element, extents: old.extents, place: old.place, name: old.name)
      }
      return
    }
    arrays = [:]
    kernels = floatImages(&arrays) ?? kernels
  }

  /// The kernels with places in floats; `nil` if arrays had to be given up.
  private func floatImages(_ arrays: inout [Int: FloatPositions.Stored?]) -> [ArrayKernel]? {
    let before = arrays.count
    var images: [ArrayKernel] = []
    for kernel in kernels {
      guard case .loop(let loop) = kernel else {
        images.append(kernel)
        continue
      }
      guard let (image, written) = FloatPositions.image(of: loop, with: arrays) else {
        for buffer in kernel.readBuffers + kernel.writtenBuffers { arrays[buffer] = nil }
        images.append(kernel)
        continue
      }
      for (buffer, stored) in written {
        guard let known = arrays[buffer] ?? nil else {
          arrays[buffer] = .some(stored)
          continue
        }
        // What has been read already cannot become more.
        if known.element != stored.element || known.range != stored.range { arrays[buffer] = nil }
      }
      images.append(.loop(image))
    }
    return arrays.count == before ? images : nil
  }
}
