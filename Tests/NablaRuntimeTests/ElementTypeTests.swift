import NablaGraph
import NablaRuntime
import TestSupport
import Testing

struct ElementTypeTests {
  @Test func `f32 rounds after each operation`() throws {
    let run = try Interpreter(
      program(3, .f32) { graph, x in [graph.apply(.subtract, graph.apply(.add, x[0], x[1]), x[2])] })
    var random = SplitMix64(seed: 3)
    var columns = Array(repeating: [Float](), count: 3)
    for _ in 0..<500 {
      for index in 0..<3 { columns[index].append(Float.random(in: -1e6...1e6, using: &random)) }
    }
    let result = try run.evaluate(columns.map { Column($0) })[0]
    #expect(result.element == .f32)
    for point in 0..<500 {
      let expected = (columns[0][point] + columns[1][point]) - columns[2][point]
      #expect(result.doubles[point] == Double(expected))
    }
  }

  @Test func `a constant is rounded to f32 once`() throws {
    // 1 + 2⁻²⁴ + 2⁻⁸⁰ is above the tie of two floats, but its nearest double is the tie.
    let tie = Rational(1) + Rational(exactly: 0x1p-24)
    let above = tie + Rational(exactly: 0x1p-80)
    let below = tie - Rational(exactly: 0x1p-80)
    #expect(Literal(.rational(above), .f32).double == Double(Float(1).nextUp))
    #expect(Literal(.rational(tie), .f32).double == 1)
    #expect(Literal(.rational(below), .f32).double == 1)
    #expect(Literal(.rational(-above), .f32).double == -Double(Float(1).nextUp))
    #expect(Literal(.rational(Rational(1, 10)), .f32).double == Double(Float(0.1)))
  }

  static let integers: [Int64] = [
    0, 1, -1, 2, -2, 7, -7, .max, .min, .max - 1, .min + 1, 1 << 53 + 1, 1 << 31, -1 << 31,
  ]

  @Test(
    arguments: Elementwise.allCases.filter { $0.definition.typing == .numeric || $0.definition.typing == .comparison })
  func `integers are exact and wrap`(_ f: Elementwise) throws {
    let form = try #require(f.integerForm)
    for element in [ElementType.i64, .i32] {
      let run = try Interpreter(program(f.arity, element) { graph, x in [graph.apply(f, x)] })
      for x in ElementTypeTests.integers {
        for y in ElementTypeTests.integers {
          let operands = [x, y, 5].prefix(f.arity).map { element == .i32 ? Int64(Int32(truncatingIfNeeded: $0)) : $0 }
          let columns = operands.map { element == .i32 ? Column([Int32(truncatingIfNeeded: $0)]) : Column([$0]) }
          let padded = operands + [0, 0]
          let exact = form.evaluate(padded[0], padded[1], f.arity > 2 ? padded[2] : 0)
          let wrapped = element == .i32 ? Int64(Int32(truncatingIfNeeded: exact)) : exact
          #expect(try run.evaluate(columns)[0].integers == [wrapped], "\(f) of \(operands)")
        }
      }
    }
  }

  @Test func `integer remainders have the sign of the divisor, and 0 for a divisor of 0`() throws {
    let mod = try #require(Elementwise.mod.integerForm)
    #expect(mod.evaluate(7, 3, 0) == 1)
    #expect(mod.evaluate(-7, 3, 0) == 2)
    #expect(mod.evaluate(7, -3, 0) == -2)
    #expect(mod.evaluate(-7, -3, 0) == -1)
    #expect(mod.evaluate(7, 0, 0) == 0)
    #expect(mod.evaluate(.min, -1, 0) == 0)
  }

  @Test func `integer quotients are exact and rounded down, and 0 for a divisor of 0`() throws {
    let quotient = try #require(Elementwise.floorDivide.integerForm)
    #expect(quotient.evaluate(7, 3, 0) == 2)
    #expect(quotient.evaluate(-7, 3, 0) == -3)
    #expect(quotient.evaluate(7, -3, 0) == -3)
    #expect(quotient.evaluate(-6, 3, 0) == -2)
    #expect(quotient.evaluate(.max, 3, 0) == 3_074_457_345_618_258_602)
    #expect(quotient.evaluate(.min, 3, 0) == -3_074_457_345_618_258_603)
    #expect(quotient.evaluate(.max, 1, 0) == .max)
    #expect(quotient.evaluate(.min, -1, 0) == .min)
    #expect(quotient.evaluate(7, 0, 0) == 0)
  }

  @Test func `the integer meaning agrees with the table where doubles are exact`() throws {
    for f in Elementwise.allCases {
      guard let form = f.integerForm else { continue }
      for x in -6...6 {
        for y in -6...6 where !((f == .mod || f == .floorDivide) && y == 0) {
          let z = 4
          let integer = form.evaluate(Int64(x), Int64(y), Int64(z))
          let double = f.definition.evaluation.scalar(Double(x), Double(y), Double(z))
          #expect(Double(integer) == double, "\(f) of \(x), \(y), \(z)")
        }
      }
    }
  }

  @Test func `a select of integers keeps every bit`() throws {
    let run = try Interpreter(
      program([("c", TensorType(.bool)), ("x", TensorType(.i64)), ("y", TensorType(.i64))]) { graph, x in
        [graph.apply(.select, x)]
      })
    // As doubles these patterns are signalling NaNs.
    let patterns: [Int64] = [0x7ff0_0000_0000_0001, .max, .min, -1]
    let result = try run.evaluate([
      Column([true, false, true, false]), Column(patterns), Column(patterns.map { ~$0 }),
    ])
    #expect(result[0].integers == [patterns[0], ~patterns[1], patterns[2], ~patterns[3]])
  }

  @Test(arguments: ElementType.allCases, ElementType.allCases)
  func `casts`(_ from: ElementType, _ to: ElementType) throws {
    let run = try Interpreter(
      program(1, from) { graph, x in [graph.append(.cast, [x[0]], type: TensorType(to))] })
    for value in [0, 1, -1, 2.5, -2.5, 1e10, -1e10, 1e30, -1e30, .infinity, .nan] {
      guard let column = Column(converting: [value], to: from) else { continue }
      let source = column.doubles[0]
      let expected: Double =
        switch to {
        case .f64: source
        case .f32: Double(Float(source))
        case .i64:
          source.isNaN ? 0 : source >= 0x1p63 ? 0x1p63 : source <= -0x1p63 ? -0x1p63 : source.rounded(.towardZero)
        case .i32 where from == .i64: Double(Int32(truncatingIfNeeded: Int64(source)))
        case .i32: source.isNaN ? 0 : min(max(source.rounded(.towardZero), -0x1p31), 0x1p31 - 1)
        case .bool: source == 0 ? 0 : 1
        }
      #expect(same(try run.evaluate([column])[0].doubles[0], expected), "\(source) from \(from) to \(to)")
    }
  }

  @Test func `i64 becomes f32 with one rounding`() throws {
    let run = try Interpreter(
      program(1, .i64) { graph, x in [graph.append(.cast, [x[0]], type: TensorType(.f32))] })
    // Just above a tie of two floats; the nearest double is the tie.
    let value = (Int64(1) << 60) + (Int64(1) << 36) + 1
    #expect(try run.evaluate([Column([value])])[0].doubles[0] == Double(Float(value)))
  }

  @Test func `columns convert only what their type holds`() {
    #expect(Column(converting: [1, 2], to: .i32)?.integers == [1, 2])
    #expect(Column(converting: [0.5], to: .i64) == nil)
    #expect(Column(converting: [.nan], to: .i32) == nil)
    #expect(Column(converting: [2], to: .bool) == nil)
    #expect(Column(converting: [1, 0], to: .bool)?.doubles == [1, 0])
    #expect(Column([true, false]).integers == [1, 0])
  }
}
