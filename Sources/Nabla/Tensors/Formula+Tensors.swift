import NablaCompiler
import NablaData
import NablaGraph
import NablaRuntime

extension Formula {
  /// The value of a function of one result, at arrays and numbers.
  ///
  ///     let f = try Formula("f(x: [m, n], w: [n]) = sigmoid(x @ w)")
  ///     try f.value(at: ["x": [[1, 2], [3, 4]], "w": [0.5, -1]])      // shape [2]
  ///
  /// Names of sizes get their values from the shapes. Numbers are converted to the types of the parameters, floats by
  /// rounding, integers exactly.
  ///
  /// - Parameter point: a tensor for every parameter without a default.
  /// - Throws: ``DataError`` for shapes and numbers that do not fit, `ExecutionError` for names and for memory,
  ///   ``DiagnosticsError`` for problems that only these sizes have.
  public func value(at point: [String: Tensor], backend: Backend = .auto) throws -> Tensor {
    guard results.count == 1 else { throw DerivativeError.notScalar(.value, results: resultTypes) }
    return try values(at: point, backend: backend)[0]
  }

  /// The values of all results, in order.
  public func values(at point: [String: Tensor], backend: Backend = .auto) throws -> [Tensor] {
    try tensors([.value], at: point, backend: backend).map(\.tensor)
  }

  /// The partial derivatives of one real scalar, by parameter; each has the shape of the parameter.
  public func gradient(
    at point: [String: Tensor], by parameters: [String]? = nil, backend: Backend = .auto
  ) throws -> [String: Tensor] {
    let found = try tensors([.gradient], at: point, by: parameters, backend: backend)
    return Dictionary(found.map { (self.parameters[$0.by[0]], $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }

  /// The partial derivatives of one result, by parameter; each has the axes of the result, then those of the parameter.
  public func jacobian(
    at point: [String: Tensor], by parameters: [String]? = nil, backend: Backend = .auto
  ) throws -> [String: Tensor] {
    guard results.count == 1 else { throw DerivativeError.notScalar(.jacobian, results: resultTypes) }
    let found = try tensors([.jacobian], at: point, by: parameters, backend: backend)
    return Dictionary(found.map { (self.parameters[$0.by[0]], $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }

  /// The second derivatives of one real scalar, by two parameters; each has the axes of both.
  public func hessian(
    at point: [String: Tensor], by parameters: [String]? = nil, backend: Backend = .auto
  ) throws -> [String: [String: Tensor]] {
    var rows: [String: [String: Tensor]] = [:]
    for block in try tensors([.hessian], at: point, by: parameters, backend: backend) {
      rows[self.parameters[block.by[0]], default: [:]][self.parameters[block.by[1]]] = block.tensor
    }
    return rows
  }

  private var resultTypes: [TensorType] { program.rootNodes.map { program.graph.type(of: $0) } }

  private func tensors(
    _ wants: [Want], at point: [String: Tensor], by parameters: [String]? = nil, backend: Backend
  ) throws -> [(by: [Int], tensor: Tensor)] {
    let evaluator = try Evaluator(try bound(to: point).started(), wants, by: parameters, backend: backend)
    return zip(evaluator.derived.outputs, try evaluator.evaluate(at: point)).map { ($0.by, $1) }
  }
}

extension Formula {
  /// One column an input, in the input's type.
  func columns(at point: [String: Tensor], of program: Program? = nil) throws -> [Column] {
    let program = program ?? self.program
    let names = program.inputNames
    for name in point.keys.sorted() where !names.contains(name) {
      throw ExecutionError.unknownInput(name, known: names)
    }
    return try zip(names, program.inputs).map { name, input in
      guard let tensor = point[name] ?? omitted(name) else {
        throw ExecutionError.missingInput(name)
      }
      var reader = NumberReader(program.graph.type(of: input))
      try reader.read(tensor, path: name)
      return reader.column
    }
  }
}

extension Evaluator {
  /// All outputs at one point, in the order of ``DerivedProgram/outputs``.
  ///
  /// Prepare an evaluator once for many calls with tensors of the same shapes.
  ///
  /// - Parameter point: a tensor for every input of the program; those with defaults may be left out.
  public func evaluate(at point: [String: Tensor]) throws -> [Tensor] {
    let columns = try formula.columns(at: point, of: derived.program)
    return zip(try evaluate(columns, points: 1), executable.signature.outputs).map { column, port in
      Tensor(column, shape: port.type.shape.dimensions.map { $0.constant ?? 0 })
    }
  }
}
