import NablaGraph
import NablaRuntime

/// The variables of a run, at addresses that stay: programs read them where they are, and write the next values there.
///
/// `@unchecked Sendable`: it belongs to one run, which uses it from one thread at a time.
final class VariableMemory: @unchecked Sendable {
  let variables: [TrainingVariable]
  private let base: UnsafeMutableRawPointer
  private let offsets: [Int]
  private let byteCount: Int

  /// Memory of zeros.
  init(_ variables: [TrainingVariable]) {
    self.variables = variables
    var offsets: [Int] = []
    var end = 0
    for variable in variables {
      offsets.append(end)
      // Every variable begins at a line of the cache.
      end += (VariableMemory.byteCount(variable) + 63) / 64 * 64
    }
    self.offsets = offsets
    byteCount = max(end, 64)
    base = .allocate(byteCount: byteCount, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }

  deinit { base.deallocate() }

  static func byteCount(_ variable: TrainingVariable) -> Int {
    (variable.type.shape.knownCount ?? 0) * variable.type.element.size
  }

  func address(_ variable: Int) -> UnsafeMutableRawPointer { base + offsets[variable] }

  /// A copy of the numbers of a variable.
  subscript(variable: Int) -> Tensor {
    get {
      let type = variables[variable].type
      let column = Column(type.shape.knownCount ?? 0, of: type.element) { bytes in
        bytes.copyMemory(from: UnsafeRawBufferPointer(start: address(variable), count: bytes.count))
      }
      return Tensor(column, shape: type.shape.dimensions.map { $0.constant ?? 0 })
    }
    set {
      precondition(newValue.element == variables[variable].type.element, "numbers of the variable's type")
      newValue.column.withUnsafeBytes { bytes in
        precondition(bytes.count == VariableMemory.byteCount(variables[variable]), "as many as the variable has")
        if let source = bytes.baseAddress { address(variable).copyMemory(from: source, byteCount: bytes.count) }
      }
    }
  }

  /// All of it, to return to.
  var snapshot: Snapshot {
    Snapshot(bytes: Array(UnsafeRawBufferPointer(start: base, count: byteCount)))
  }

  struct Snapshot: Sendable {
    fileprivate let bytes: [UInt8]
  }

  func restore(_ snapshot: Snapshot) {
    snapshot.bytes.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { base.copyMemory(from: source, byteCount: bytes.count) }
    }
  }

  /// The index of the first variable that is not finite.
  var firstNotFinite: Int? {
    variables.indices.first { variable in
      switch variables[variable].type.element {
      case .f32: !isFinite(variable, Float.self)
      case .f64: !isFinite(variable, Double.self)
      default: false
      }
    }
  }

  private func isFinite<Value: BinaryFloatingPoint & BitwiseCopyable>(_ variable: Int, _: Value.Type) -> Bool {
    let count = variables[variable].type.shape.knownCount ?? 0
    let values = UnsafeBufferPointer(start: address(variable).assumingMemoryBound(to: Value.self), count: count)
    return values.allSatisfy(\.isFinite)
  }
}
