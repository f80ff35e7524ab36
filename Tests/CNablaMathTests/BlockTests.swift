import CNablaMath
import Testing

/// The block forms, for every instruction set of this machine.
@Suite struct BlockTests {
  static let levels = Array(0...nabla_block_level())

  @Test(arguments: levels)
  func `every lane keeps the promises`(level: Int32) throws {
    for function in VectorFunction.all where !function.points.isEmpty {
      let promised = try #require(function.promisedError, "\(function)")
      let values = function.values(at: function.points.map(\.operands), level: level)
      for (point, value) in zip(function.points, values) where !(point.error(of: value) <= promised) {
        Issue.record("\(function)\(point.operands) is \(point.result), not \(value)")
      }
    }
  }

  @Test(arguments: levels)
  func `special values are met to the bit`(level: Int32) {
    for function in VectorFunction.all {
      let values = function.values(at: function.special.map(\.operands), level: level)
      for (special, value) in zip(function.special, values) where !special.isMet(by: value) {
        Issue.record("\(special), not \(value)")
      }
    }
  }

  /// A lane does not know its neighbours, nor where a block ends.
  @Test(arguments: levels)
  func `a value does not depend on its place in the block`(level: Int32) {
    for function in VectorFunction.all where !function.points.isEmpty {
      let operands = function.points.prefix(37).map(\.operands)
      let together = function.values(at: operands, level: level).map(\.bitPattern)
      let alone = operands.flatMap { function.values(at: [$0], level: level) }.map(\.bitPattern)
      #expect(together == alone, "\(function)")
    }
  }

  @Test(arguments: levels)
  func `a block writes its values and nothing else, also in place`(level: Int32) throws {
    let block = try #require(VectorFunction(name: "exp").block(level: level))
    for count in 0...20 {
      var values = [Double](repeating: 1, count: 24)
      values.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        block(base, nil, nil, base, count)
      }
      #expect(values.prefix(count).allSatisfy { abs($0 - 0x1.5bf0a8b145769p+1) < 1e-15 })
      #expect(values.dropFirst(count).allSatisfy { $0 == 1 })
    }
  }

  @Test(arguments: levels)
  func `arithmetic, comparisons and choices have blocks`(level: Int32) {
    func value(_ name: String, _ operands: Double...) -> Double? {
      VectorFunction(name: name).values(at: [operands], level: level).first
    }
    #expect(value("negate", 0)?.sign == .minus)
    #expect(value("add", 1, 2) == 3 && value("subtract", 1, 2) == -1 && value("multiply", 3, 2) == 6)
    #expect(value("divide", 1, 0) == .infinity && value("sqrt", 2) == 2.0.squareRoot() && value("abs", -2) == 2)
    #expect(value("less", 1, 2) == 1 && value("less", .nan, 2) == 0 && value("less_equal", 2, 2) == 1)
    #expect(value("equal", 0, -0) == 1 && value("not_equal", .nan, .nan) == 1)
    #expect(value("and", 1, 0) == 0 && value("or", 1, 0) == 1 && value("not", 0) == 1)
    #expect(value("where", 1, 5, .nan) == 5 && value("where", 0, .nan, 6) == 6 && value("identity", 7) == 7)
    #expect(nabla_block_named("no such operation", level) == nil)
  }
}
