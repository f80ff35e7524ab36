/// Copies nodes of one graph into another, and remembers what the source's nodes and functions are there.
struct GraphTransfer {
  private let source: Graph
  /// Whether the target has the source's table of origins, so that their numbers are the same.
  private let sharesOrigins: Bool
  /// What each node of the source is in the target, once it is set or copied.
  private var image: [NodeID]
  private var functions: [FunctionID?]
  /// What its operations that are not elementwise, and its types, are in the target; 0 where that is not known yet, else
  /// one more.
  private var opcodes: [UInt32]
  private var types: [UInt32]

  init(from source: Graph, sharingOrigins sharesOrigins: Bool = false) {
    self.source = source
    self.sharesOrigins = sharesOrigins
    image = Array(repeating: NodeID(0), count: source.count)
    functions = Array(repeating: nil, count: source.functions.count)
    opcodes = Array(repeating: 0, count: source.operations.count)
    types = Array(repeating: 0, count: source.types.count)
  }

  subscript(id: NodeID) -> NodeID {
    get { image[id.index] }
    set { image[id.index] = newValue }
  }

  /// Appends a copy of a node whose operands are there. It keeps its type and its origin; without one it gets the
  /// target's current origin.
  mutating func copy(_ id: NodeID, to target: inout Graph) {
    let saved = target.currentOrigin
    let origin = source.originID(of: id)
    if origin != .none { target.currentOrigin = sharesOrigins ? origin : target.intern(origin, of: source) }
    defer { target.currentOrigin = saved }
    func operand(_ position: Int) -> NodeID { image[source.operand(position, of: id).index] }
    if let f = source.elementwise(id) {
      switch source.operandCount(of: id) {
      case 1: image[id.index] = target.apply(f, operand(0))
      case 2: image[id.index] = target.apply(f, operand(0), operand(1))
      default: image[id.index] = target.apply(f, operand(0), operand(1), operand(2))
      }
      return
    }
    var operation = source.operation(of: id)
    if let function = operation.function { operation = operation.applying(self.function(function, in: &target)) }
    let operands = source.operands(of: id).map { image[$0.index] }
    image[id.index] = target.append(operation, operands, type: source.type(of: id))
  }

  /// Appends a copy of a node to a graph that has the source's origins and nothing but copies of its nodes: what is
  /// distinct here is distinct there, and nobody looks for it.
  mutating func copyDistinct(_ id: NodeID, to target: inout Graph) {
    var opcode = source.nodes.opcode(id)
    if opcode >= NodeTable.firstAttribute {
      let index = Int(opcode - NodeTable.firstAttribute)
      if opcodes[index] == 0 {
        var operation = source.operations[index]
        if let function = operation.function { operation = operation.applying(self.function(function, in: &target)) }
        opcodes[index] = UInt32(target.operations.intern(operation)) + 1
      }
      opcode = opcodes[index] - 1 + NodeTable.firstAttribute
    }
    append(id, as: opcode, to: &target)
  }

  /// The same with an input that the target does not have.
  mutating func copyDistinctParameter(_ id: NodeID, at position: Int, to target: inout Graph) {
    let opcode = target.operations.intern(.parameter(target.parameters.count))
    target.parameters.append(source.parameters[position])
    append(id, as: NodeTable.firstAttribute + NodeTable.Opcode(opcode), to: &target)
  }

  private mutating func append(_ id: NodeID, as opcode: NodeTable.Opcode, to target: inout Graph) {
    let type = source.typeID(of: id)
    if types[type.index] == 0 { types[type.index] = UInt32(target.types.intern(source.type(type))) + 1 }
    image[id.index] = target.nodes.appendDistinct(
      opcode, TypeID(Int(types[type.index] - 1)), source.operandCount(of: id)
    ) { image[source.operand($0, of: id).index].raw }
    target.originColumn.append(source.originID(of: id))
  }

  private mutating func function(_ id: FunctionID, in target: inout Graph) -> FunctionID {
    if let known = functions[id.index] { return known }
    let image = target.intern(source.functions[id.index])
    functions[id.index] = image
    return image
  }
}
