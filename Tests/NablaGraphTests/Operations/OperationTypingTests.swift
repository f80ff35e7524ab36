import NablaGraph
import Testing

private typealias Operation = NablaGraph.Operation
private typealias Slice = NablaGraph.Operation.Slice
private typealias Padding = NablaGraph.Operation.Padding

private func f64(_ dimensions: Dimension...) -> TensorType { TensorType(.f64, Shape(dimensions)) }
private func bool(_ dimensions: Dimension...) -> TensorType { TensorType(.bool, Shape(dimensions)) }
private let m = Dimension("m")
private let n = Dimension("n")

/// One rule an operation: what it accepts, and what it refuses.
@Suite struct OperationTypingTests {
  private func derived(
    _ operation: NablaGraph.Operation, _ operands: [TensorType], stated: TensorType = TensorType()
  ) throws -> TensorType {
    try operation.resultType(operands, stated: stated)
  }

  @Test func `constants are scalars of a type that has the value`() throws {
    #expect(try derived(.constant(.pi), [], stated: TensorType(.f32)) == TensorType(.f32))
    #expect(throws: TypeError.self) { try derived(.constant(.pi), [], stated: f64(2)) }
    #expect(throws: TypeError.self) { try derived(.constant(.pi), [], stated: TensorType(.i32)) }
    #expect(throws: TypeError.operandCount(expected: 0, found: 1)) { try derived(.constant(.one), [f64()]) }
  }

  @Test func `parameters have any possible type`() throws {
    #expect(try derived(.parameter(0), [], stated: f64(m, 0)) == f64(m, 0))
    #expect(throws: TypeError.self) { try derived(.parameter(0), [], stated: f64(-1)) }
    #expect(throws: TypeError.self) { try derived(.parameter(0), [], stated: f64(.undefined)) }
  }

  @Test func `casts change the element, stops nothing`() throws {
    #expect(try derived(.cast, [f64(m)], stated: TensorType(.i32, Shape([7]))) == TensorType(.i32, Shape([m])))
    #expect(try derived(.stop, [bool(m)], stated: f64()) == bool(m))
    #expect(throws: TypeError.operandCount(expected: 1, found: 2)) { try derived(.stop, [f64(), f64()]) }
  }

  @Test func `broadcasts repeat, and do not shrink`() throws {
    #expect(try derived(.broadcast, [f64(1, n)], stated: f64(3, m, n)) == f64(3, m, n))
    #expect(throws: TypeError.broadcast(Shape([3]), Shape([1]), axis: 0)) {
      try derived(.broadcast, [f64(3)], stated: f64(1))
    }
    #expect(throws: TypeError.broadcast(Shape([2, 3]), Shape([2, 1]), axis: 1)) {
      try derived(.broadcast, [f64(2, 3)], stated: f64(2, 1))
    }
    #expect(throws: TypeError.self) { try derived(.broadcast, [f64(m)], stated: f64(n)) }
    #expect(throws: TypeError.self) { try derived(.broadcast, [f64(2, 2)], stated: f64(2)) }
  }

  @Test func `reshapes keep the number of elements`() throws {
    #expect(try derived(.reshape, [f64(m, 6)], stated: f64(3, 2 * m)) == f64(3, 2 * m))
    #expect(try derived(.reshape, [f64()], stated: f64(1, 1)) == f64(1, 1))
    #expect(throws: TypeError.reshape(from: Shape([m]), to: Shape([n]))) {
      try derived(.reshape, [f64(m)], stated: f64(n))
    }
    // Products beyond the machine word are not equal by overflow.
    let huge = Dimension(1 << 40)
    #expect(throws: TypeError.self) { try derived(.reshape, [f64(huge, huge)], stated: f64(0)) }
    #expect(throws: TypeError.self) { try derived(.reshape, [f64(huge, huge)], stated: f64(huge, huge, 2)) }
  }

  @Test func `transposes permute`() throws {
    #expect(try derived(.transpose([2, 0, 1]), [f64(m, n, 3)]) == f64(3, m, n))
    #expect(try derived(.transpose([]), [f64()]) == f64())
    for wrong in [[0], [0, 0], [0, 2], [0, 1, 2], [-1, 0]] {
      #expect(throws: TypeError.self) { try derived(.transpose(wrong), [f64(m, n)]) }
    }
  }

  @Test func `slices stay within their axes as far as sizes are known`() throws {
    let good = Slice(start: 1, step: 2, count: 2)
    #expect(try derived(.slice([good, Slice(start: n - 1, step: -1, count: n)]), [f64(4, n)]) == f64(2, n))
    #expect(try derived(.slice([Slice(start: 3, step: -3, count: 2)]), [f64(4)]) == f64(2))
    #expect(try derived(.slice([Slice(start: 9, count: 0)]), [f64(4)]) == f64(0))
    #expect(try derived(.slice([Slice(start: m, count: 5)]), [f64(4)]) == f64(5), "known when m is")
    for wrong in [
      Slice(start: 0, step: 0, count: 1), Slice(start: 0, count: 5), Slice(start: -1, count: 1),
      Slice(start: 4, count: 1),
      Slice(start: 0, step: -1, count: 2), Slice(start: 1, step: 2, count: 3), Slice(start: 0, count: -1),
      Slice(start: 0, step: .min, count: 2), Slice(start: 0, step: .max, count: 9), Slice(start: .undefined, count: 1),
    ] { #expect(throws: TypeError.self) { try derived(.slice([wrong]), [f64(4)]) } }
    #expect(throws: TypeError.self) { try derived(.slice([Slice(start: n, count: 1)]), [f64(n)]) }
    #expect(throws: TypeError.self) { try derived(.slice([]), [f64(4)]) }
  }

  @Test func `paddings add before, between and after, and may cut`() throws {
    #expect(try derived(.pad([Padding(low: 1, interior: 2, high: 3)]), [f64(4)]) == f64(1 + 4 + 3 * 2 + 3))
    #expect(try derived(.pad([Padding(low: m, high: -1)]), [f64(n)]) == f64(m + n - 1))
    #expect(try derived(.pad([Padding(low: 0, interior: 5, high: 0)]), [f64(0)]) == f64(0))
    #expect(throws: TypeError.self) { try derived(.pad([Padding(low: -5, high: 0)]), [f64(4)]) }
    #expect(throws: TypeError.self) { try derived(.pad([Padding(low: 0, interior: -1, high: 0)]), [f64(4)]) }
    #expect(throws: TypeError.self) { try derived(.pad([]), [f64(4)]) }
  }

  @Test func `concatenations agree but for one axis`() throws {
    #expect(try derived(.concatenate(axis: 1), [f64(m, 2), f64(m, n), f64(m, 0)]) == f64(m, n + 2))
    #expect(throws: TypeError.axisOutOfRange(axis: 1, rank: 1)) { try derived(.concatenate(axis: 1), [f64(2)]) }
    #expect(throws: TypeError.axisOutOfRange(axis: -1, rank: 1)) { try derived(.concatenate(axis: -1), [f64(2)]) }
    #expect(throws: TypeError.broadcast(Shape([m, 2]), Shape([n, 2]), axis: 0)) {
      try derived(.concatenate(axis: 1), [f64(m, 2), f64(n, 2)])
    }
    #expect(throws: TypeError.elementTypes([.f64, .bool])) { try derived(.concatenate(axis: 0), [f64(1), bool(1)]) }
    #expect(throws: TypeError.self) { try derived(.concatenate(axis: 0), [f64(1), f64(1, 1)]) }
    #expect(throws: TypeError.operandCount(expected: 1, found: 0)) { try derived(.concatenate(axis: 0), []) }
  }

  @Test(arguments: NablaGraph.Operation.Reduction.allCases) func `reductions drop their axes`(
    reduction: NablaGraph.Operation.Reduction
  ) throws {
    let isLogical = [.any, .all].contains(reduction)
    let operand = TensorType(isLogical ? .bool : .f64, Shape([m, 2, n]))
    #expect(try derived(.reduce(reduction, axes: [0, 2]), [operand]).shape == Shape([2]))
    #expect(try derived(.reduce(reduction, axes: []), [operand]) == operand)
    #expect(throws: TypeError.axisOutOfRange(axis: 3, rank: 3)) {
      try derived(.reduce(reduction, axes: [3]), [operand])
    }
    #expect(throws: TypeError.self) { try derived(.reduce(reduction, axes: [1, 1]), [operand]) }
    #expect(throws: TypeError.self) { try derived(.reduce(reduction, axes: [2, 0]), [operand]) }
    let other = TensorType(isLogical ? .f64 : .bool, operand.shape)
    #expect(throws: TypeError.unsupported(other.element)) { try derived(.reduce(reduction, axes: [0]), [other]) }
  }

  /// Every elementwise operation on every element type.
  @Test(arguments: Elementwise.allCases) func `elementwise operations take the element types of their class`(
    f: Elementwise
  ) throws {
    for element in ElementType.allCases {
      var elements = Array(repeating: element, count: f.arity)
      let result: ElementType?
      switch f.definition.typing {
      case .numeric: result = element == .bool ? nil : element
      case .real: result = element.isFloat ? element : nil
      case .comparison: result = .bool
      case .logical: result = element == .bool ? .bool : nil
      case .selection:
        elements[0] = .bool
        result = element
      }
      let operands = elements.enumerated().map { TensorType($1, Shape($0 == 0 ? [m, 1] : [n])) }
      if let result {
        #expect(try f.resultType(operands) == TensorType(result, Shape(f.arity == 1 ? [m, 1] : [m, n])))
      } else {
        #expect(throws: TypeError.unsupported(element)) { try f.resultType(operands) }
      }
      #expect(throws: TypeError.operandCount(expected: f.arity, found: f.arity + 1)) {
        try f.resultType(operands + [operands[0]])
      }
    }
    if f.arity == 2 {
      #expect(throws: TypeError.elementTypes([.f64, .f32])) { try f.resultType([TensorType(), TensorType(.f32)]) }
      #expect(throws: TypeError.broadcast(Shape([m]), Shape([n]), axis: 0)) {
        try f.resultType([f64(m), f64(n)])
      }
    }
  }

  @Test func `a condition is a truth value`() {
    #expect(throws: TypeError.unsupported(.f64)) { try Elementwise.select.resultType([f64(), f64(), f64()]) }
    #expect(throws: TypeError.elementTypes([.bool, .f64, .f32])) {
      try Elementwise.select.resultType([bool(), f64(), TensorType(.f32)])
    }
  }

  @Test func `calls and results follow the function table`() throws {
    let source = try Program(text: ProgramInliningTests.nested)
    var graph = Graph()
    let x = graph.parameter("x")
    let v = graph.parameter("v", f64(2))
    func type(_ operation: NablaGraph.Operation, _ operands: [NodeID]) throws -> TensorType {
      try graph.resultType(of: operation, operands, stated: f64())
    }
    #expect(throws: TypeError.self) { try type(.call(FunctionID(0)), [x]) }
    let function = graph.intern(source.graph.functions[0])
    #expect(try type(.call(function), [x]) == f64())
    #expect(throws: TypeError.operandCount(expected: 1, found: 0)) { try type(.call(function), []) }
    #expect(throws: TypeError.self) { try type(.call(function), [v]) }
    let call = graph.append(.call(function), [x], type: f64())
    #expect(try type(.result(0), [call]) == f64())
    #expect(throws: TypeError.self) { try type(.result(1), [call]) }
    #expect(throws: TypeError.self) { try type(.result(-1), [call]) }
    #expect(throws: TypeError.self) { try type(.result(0), [x]) }
    #expect(throws: TypeError.self) { try type(.parameter(2), []) }
  }
}
