import NablaData
import NablaGraph

extension Dataset {
  /// Writes examples of a column one after the other, in an element type, without allocating anything.
  ///
  /// Scaled numbers are computed in double precision, or in single precision where small integers or floats become
  /// `f32`, and are rounded once.
  ///
  /// - Parameters:
  ///   - examples: positions in this set, in any order, some perhaps several times.
  ///   - target: room for as many examples, aligned for the element type.
  /// - Precondition: the positions lie in `0..<count`; for an integer type, ``requireNumbers(_:as:)`` found no fault.
  public func gather(
    _ examples: ArraySlice<Int>, column: Int, into target: UnsafeMutableRawPointer, as element: ElementType
  ) {
    examples.withUnsafeBufferPointer { examples in
      var visitor = GatherVisitor(
        column: columns[column], rows: rows, examples: examples, target: target, element: element)
      columns[column].stored.accept(&visitor)
    }
  }

  /// The same for an array that nobody else needs.
  public func gather(
    _ examples: [Int], column: Int, into target: UnsafeMutableRawPointer, as element: ElementType
  ) {
    gather(examples[...], column: column, into: target, as: element)
  }
}

/// Gathers from numbers of any stored type; every pair of types has a loop of its own.
private struct GatherVisitor: StoredNumberVisitor {
  let column: DatasetColumn
  let rows: Dataset.RowSelection
  let examples: UnsafeBufferPointer<Int>
  let target: UnsafeMutableRawPointer
  let element: ElementType

  mutating func visit<Number: StoredNumber>(_ type: Number.Type) {
    guard let base = column.storage.bytes.baseAddress else { return }
    switch element {
    case .f32:
      gather(type, base) {
        $0.single
      } rounded: {
        Float($0)
      }
    case .f64:
      gather(type, base) {
        $0.double
      } rounded: {
        $0
      }
    case .i64:
      gather(type, base) {
        $0.integer ?? 0
      } rounded: {
        Int64(exactly: $0) ?? 0
      }
    case .i32:
      gather(type, base) {
        Int32(truncatingIfNeeded: $0.integer ?? 0)
      } rounded: {
        Int32(exactly: $0) ?? 0
      }
    case .bool:
      gather(type, base) {
        UInt8(truncatingIfNeeded: $0.integer ?? 0)
      } rounded: {
        UInt8(exactly: $0) ?? 0
      }
    }
  }

  @inline(__always)
  private func gather<Number: StoredNumber, Target: BitwiseCopyable & Numeric>(
    _ type: Number.Type, _ base: UnsafeRawPointer, converted: (Number) -> Target, rounded: (Double) -> Target
  ) {
    let width = column.width
    var out = target.assumingMemoryBound(to: Target.self)
    let numbers = base.assumingMemoryBound(to: Number.self)
    switch column.encoding {
    case .plain where element == column.stored.element && Number.self == Target.self:
      for example in examples {
        UnsafeMutableRawPointer(out).copyMemory(
          from: numbers + rows[example] * column.step, byteCount: width * MemoryLayout<Target>.size)
        out += width
      }
    case .plain:
      for example in examples {
        let source = numbers + rows[example] * column.step
        for index in 0..<width { out[index] = converted(source[index]) }
        out += width
      }
    case .oneHot(let classes):
      for example in examples {
        let source = numbers + rows[example] * column.step
        for index in 0..<width {
          for place in 0..<classes { out[place] = 0 }
          if let label = source[index].integer, label >= 0, label < classes { out[Int(label)] = 1 }
          out += classes
        }
      }
    case .affine(let affine):
      if Target.self == Float.self, Number.self != Double.self, MemoryLayout<Number>.size <= 4, affine.fill == nil {
        gatherSingle(numbers, affine)
      } else {
        gatherDouble(numbers, affine, out, rounded)
      }
    }
  }

  @inline(__always)
  private func gatherSingle<Number: StoredNumber>(_ numbers: UnsafePointer<Number>, _ affine: AffineEncoding) {
    var out = target.assumingMemoryBound(to: Float.self)
    let width = column.width
    if affine.period == 1 {
      let (shift, scale) = (Float(affine.shift[0]), Float(affine.scale[0]))
      for example in examples {
        let source = numbers + rows[example] * column.step
        for index in 0..<width { out[index] = (source[index].single - shift) / scale }
        out += width
      }
      return
    }
    for example in examples {
      let source = numbers + rows[example] * column.step
      var feature = 0
      for index in 0..<width {
        out[index] = (source[index].single - Float(affine.shift[feature])) / Float(affine.scale[feature])
        feature += 1
        if feature == affine.period { feature = 0 }
      }
      out += width
    }
  }

  @inline(__always)
  private func gatherDouble<Number: StoredNumber, Target>(
    _ numbers: UnsafePointer<Number>, _ affine: AffineEncoding, _ target: UnsafeMutablePointer<Target>,
    _ rounded: (Double) -> Target
  ) {
    var out = target
    let width = column.width
    for example in examples {
      let source = numbers + rows[example] * column.step
      var feature = 0
      for index in 0..<width {
        var value = source[index].double
        if let fill = affine.fill, value.isNaN { value = fill[feature] }
        out[index] = rounded((value - affine.shift[feature]) / affine.scale[feature])
        feature += 1
        if feature == affine.period { feature = 0 }
      }
      out += width
    }
  }
}
