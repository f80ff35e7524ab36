import NablaGraph

/// What an executable takes and gives: named, typed inputs and outputs in calling order.
public struct Signature: Hashable, Sendable {
  /// One input or output.
  public struct Port: Hashable, Sendable {
    public let name: String
    public let type: TensorType
    /// How many numbers one point has.
    public let count: Int

    /// - Throws: ``LoweringError/unknownExtent(_:)`` if an extent is still a name.
    public init(_ name: String, _ type: TensorType) throws(LoweringError) {
      guard let count = type.shape.knownCount, count >= 0 else { throw .unknownExtent(type) }
      self.name = name
      self.type = type
      self.count = count
    }
  }

  public let inputs: [Port]
  public let outputs: [Port]

  public init(inputs: [Port], outputs: [Port]) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The signature of a program.
  public init(_ program: Program) throws(LoweringError) {
    var inputs: [Port] = []
    for (index, input) in program.inputs.enumerated() {
      inputs.append(try Port(program.name(ofInput: index), program.graph.type(of: input)))
    }
    var outputs: [Port] = []
    for root in program.roots { outputs.append(try Port(root.name, program.graph.type(of: root.node))) }
    self.init(inputs: inputs, outputs: outputs)
  }

  /// The position of an input, the first of several with one name.
  public func input(named name: String) -> Int? { inputs.firstIndex { $0.name == name } }

  /// The position of an output, the first of several with one name.
  public func output(named name: String) -> Int? { outputs.firstIndex { $0.name == name } }
}
