/// A scan in the making, or one taken apart: a body to build on, and what each of its inputs stands for.
///
/// The adjoint of a scan, its tangent and its simpler forms are all made of it: take a scan apart, add to the body and to
/// the lists, put the result together.
public struct ScanBuilder: Sendable {
  /// A value that one step hands to the next.
  public struct Carried: Sendable {
    /// A parameter node of the body.
    public var input: NodeID
    /// The value before the first step, in the graph around the scan.
    public var start: NodeID
    /// The value after a step, in the body.
    public var next: NodeID
  }

  /// An input of the body, and the operand of the graph around the scan that it stands for.
  public struct Bound: Sendable {
    public var input: NodeID
    public var operand: NodeID

    public init(input: NodeID, operand: NodeID) {
      self.input = input
      self.operand = operand
    }
  }

  /// The graph of the body.
  public var body: Graph
  public var name: String
  public var length: Dimension
  public var isReversed: Bool
  public var isCheckpointed = false
  public var carried: [Carried] = []
  /// What is walked along its first axis; the inputs are elements.
  public var sequences: [Bound] = []
  public var captured: [Bound] = []
  /// Nodes of the body that are stacked.
  public var outputs: [NodeID] = []

  /// A scan of nothing yet.
  public init(named name: String, length: Dimension, isReversed: Bool = false, body: Graph = Graph()) {
    self.body = body
    self.name = name
    self.length = length
    self.isReversed = isReversed
  }

  /// Takes a scan apart; `nil` for any other node.
  public init?(_ id: NodeID, of graph: Graph) {
    guard graph.elementwise(id) == nil, case .scan(let scan) = graph.operation(of: id) else { return nil }
    let function = graph.functions[scan.body.index]
    let program = function.body
    self.init(named: function.name, length: scan.length, isReversed: scan.isReversed, body: program.graph)
    isCheckpointed = scan.isCheckpointed
    let roots = program.rootNodes
    for (position, input) in program.inputs.enumerated() {
      let operand = graph.operand(position, of: id)
      if position < scan.carried {
        carried.append(Carried(input: input, start: operand, next: roots[position]))
      } else if position < scan.carried + scan.sequences {
        sequences.append(Bound(input: input, operand: operand))
      } else {
        captured.append(Bound(input: input, operand: operand))
      }
    }
    outputs = Array(roots.dropFirst(scan.carried))
  }

  /// A scan of an outlined step: the inputs of the function are the carried values, the elements, then the captured ones.
  ///
  /// - Precondition: as many operands as the function has inputs.
  public init(
    _ step: Function, starts: [NodeID], sequences: [NodeID], captured: [NodeID], length: Dimension
  ) {
    self.init(named: step.name, length: length, body: step.body.graph)
    let inputs = step.body.inputs
    let roots = step.body.rootNodes
    precondition(inputs.count == starts.count + sequences.count + captured.count, "an operand for each input")
    for (position, start) in starts.enumerated() {
      carried.append(Carried(input: inputs[position], start: start, next: roots[position]))
    }
    for (position, sequence) in sequences.enumerated() {
      self.sequences.append(Bound(input: inputs[starts.count + position], operand: sequence))
    }
    for (position, operand) in captured.enumerated() {
      self.captured.append(Bound(input: inputs[starts.count + sequences.count + position], operand: operand))
    }
    outputs = Array(roots.dropFirst(starts.count))
  }

  /// The inputs of the body in the order of the scan's operands.
  public var inputs: [NodeID] { carried.map(\.input) + sequences.map(\.input) + captured.map(\.input) }

  /// The roots of the body in the order of the scan's results.
  public var roots: [NodeID] { carried.map(\.next) + outputs }

  // MARK: Inputs

  /// Adds a carried value, which stays what it is until its ``Carried/next`` is set, and returns its input.
  public mutating func carry(_ name: String, from start: NodeID, in graph: Graph) -> NodeID {
    let input = body.parameter(name, graph.type(of: start))
    carried.append(Carried(input: input, start: start, next: input))
    return input
  }

  /// Adds a sequence, and returns the input that is its element.
  public mutating func walk(_ name: String, over operand: NodeID, in graph: Graph) -> NodeID {
    var type = graph.type(of: operand)
    type.shape.dimensions.removeFirst()
    let input = body.parameter(name, type)
    sequences.append(Bound(input: input, operand: operand))
    return input
  }

  /// The input for a value that is the same in every step.
  public mutating func capture(_ operand: NodeID, in graph: Graph) -> NodeID {
    if let known = captured.first(where: { $0.operand == operand }) { return known.input }
    let input = body.parameter(graph.inputName(of: operand), graph.type(of: operand))
    captured.append(Bound(input: input, operand: operand))
    return input
  }

  // MARK: Putting together

  /// Adds the scan to a graph.
  ///
  /// Sequences and captured values that the body does not use are left out.
  ///
  /// - Returns: the last carried values and the stacked outputs, in order.
  public func append(to graph: inout Graph) -> (carried: [NodeID], outputs: [NodeID]) {
    if roots.isEmpty { return ([], []) }
    let live = body.live(from: roots)
    let sequences = sequences.filter { live[$0.input.index] }
    let captured = captured.filter { live[$0.input.index] }
    let program = Program(
      graph: body, inputs: carried.map(\.input) + sequences.map(\.input) + captured.map(\.input),
      roots: roots.enumerated().map { Program.Root("\($0)", $1) })
    let function = graph.intern(Function(name: name, body: program.compacted()))
    let scan = Scan(
      function, carried: carried.count, sequences: sequences.count, length: length, isReversed: isReversed,
      isCheckpointed: isCheckpointed)
    let results = graph.scan(scan, carried.map(\.start) + sequences.map(\.operand) + captured.map(\.operand))
    return (Array(results.prefix(carried.count)), Array(results.dropFirst(carried.count)))
  }
}
