import NablaCalculus
import NablaGraph
import NablaRewrite

/// Collects the roots of a ``DerivedProgram``, one want after the other, in one arena.
struct DerivedProgramBuilder {
  private var program: Program
  private let results: [Program.Root]
  private let parameters: [Int]
  private var roots: [Program.Root] = []
  private var outputs: [DerivedProgram.Output] = []
  private var vectors: [Want: [Int]] = [:]

  init(of program: consuming Program, by parameters: [Int]) {
    results = program.roots
    self.program = program
    self.parameters = parameters
  }

  consuming func finished() -> DerivedProgram {
    program.roots = roots
    return DerivedProgram(
      program: program, outputs: outputs, results: results.map(\.name), vectors: vectors, parameters: parameters)
  }

  private var inputs: [NodeID] { parameters.map { program.inputs[$0] } }

  private func name(_ position: Int) -> String { program.name(ofInput: position) }

  private mutating func add(_ want: Want, _ node: NodeID, result: Int?, by: [Int], _ name: String) {
    roots.append(.init(name, node))
    outputs.append(.init(want: want, result: result, by: by))
  }

  /// The function's one real scalar.
  private func scalar(for want: Want) throws(DerivativeError) -> NodeID {
    let types = results.map { program.graph.type(of: $0.node) }
    guard types.count == 1, types[0].isScalar, types[0].element.isFloat else {
      throw .notScalar(want, results: types)
    }
    return results[0].node
  }

  mutating func addValues() {
    for (index, result) in results.enumerated() { add(.value, result.node, result: index, by: [], result.name) }
  }

  mutating func addGradient(order: Int, simplifying rewriter: Rewriter) throws(DerivativeError) {
    guard (1...Pipeline.orderLimit).contains(order) else { throw .order(order) }
    let output = try scalar(for: .gradient)
    for position in parameters where order > 1 {
      let type = program.graph.type(of: program.inputs[position])
      if !type.isScalar { throw .orderByArray(order, name(position), type) }
    }
    var derivatives = program.graph.gradient(of: output, by: inputs)
    for _ in 1..<order {
      // Unsimplified, every order would be several times the one before.
      derivatives = rewriter.rewrite(&program.graph, roots: derivatives, through: [.canonicalise, .readable])
      derivatives = zip(derivatives, inputs).map { program.graph.gradient(of: $0, by: [$1])[0] }
    }
    let power = order == 1 ? "" : "^\(order)"
    for (position, node) in zip(parameters, derivatives) {
      add(.gradient, node, result: 0, by: [position], "d\(power)/d\(name(position))\(power)")
    }
  }

  mutating func addJacobian() throws(DerivativeError) {
    let real = results.indices.filter { program.graph.type(of: results[$0].node).element.isFloat }
    let (nodes, inputs) = (real.map { results[$0].node }, inputs)
    let blocks = try batched(.jacobian) { graph throws(VectorisationError) in
      try graph.jacobian(of: nodes, by: inputs)
    }
    for (result, row) in zip(real, blocks) {
      for (position, node) in zip(parameters, row) {
        add(.jacobian, node, result: result, by: [position], "d\(results[result].name)/d\(name(position))")
      }
    }
  }

  mutating func addHessian() throws(DerivativeError) {
    let output = try scalar(for: .hessian)
    let inputs = inputs
    let blocks = try batched(.hessian) { graph throws(VectorisationError) in
      try graph.hessian(of: output, by: inputs)
    }
    for (i, row) in zip(parameters, blocks) {
      for (j, node) in zip(parameters, row) {
        add(.hessian, node, result: nil, by: [i, j], "d^2/d\(name(i)) d\(name(j))")
      }
    }
  }

  /// A Jacobian takes a few sweeps one by one and more as axes; but not everything has a rule for that.
  private mutating func batched<T>(
    _ want: Want, _ body: (inout Graph) throws(VectorisationError) -> T
  ) throws(DerivativeError) -> T {
    do {
      return try body(&program.graph)
    } catch .notYet(let what) {
      throw .notYet(want, what)
    } catch {
      throw .tooLarge(want)
    }
  }

  private func checkResults(for want: Want) throws(DerivativeError) {
    for result in results {
      let element = program.graph.type(of: result.node).element
      if !element.isFloat { throw .notRealResult(want, result.name, element) }
    }
  }

  mutating func addTangents() throws(DerivativeError) {
    try checkResults(for: .jvp)
    let tangents = addVector(
      .jvp, types: inputs.map { program.graph.type(of: $0) }, parameters.map { "tangent of \(name($0))" })
    let images = program.graph.pushforward(of: results.map(\.node), from: inputs, along: tangents)
    for (index, node) in images.enumerated() {
      add(.jvp, node, result: index, by: [], "jvp \(results[index].name)")
    }
  }

  mutating func addCotangents() throws(DerivativeError) {
    try checkResults(for: .vjp)
    let nodes = results.map(\.node)
    let cotangents = addVector(
      .vjp, types: nodes.map { program.graph.type(of: $0) }, results.map { "cotangent of \($0.name)" })
    let images = program.graph.pullback(of: nodes, cotangents: cotangents, to: inputs)
    for (position, node) in zip(parameters, images) {
      add(.vjp, node, result: nil, by: [position], "vjp \(name(position))")
    }
  }

  mutating func addHessianVectorProduct() throws(DerivativeError) {
    let output = try scalar(for: .hvp)
    let parts = addVector(
      .hvp, types: inputs.map { program.graph.type(of: $0) }, parameters.map { "vector of \(name($0))" })
    let images = program.graph.hessianVectorProduct(of: output, by: inputs, vectors: parts)
    for (position, node) in zip(parameters, images) {
      add(.hvp, node, result: nil, by: [position], "hvp \(name(position))")
    }
  }

  /// Inputs for the parts of a vector, after the function's own.
  private mutating func addVector(_ want: Want, types: [TensorType], _ names: [String]) -> [NodeID] {
    let nodes = zip(names, types).map { program.graph.parameter($0, $1) }
    vectors[want] = nodes.indices.map { program.inputs.count + $0 }
    program.inputs += nodes
    return nodes
  }
}
