/// Copies nodes of one graph into another, and remembers what the source's nodes and functions are there.
struct GraphTransfer {
  private let source: Graph
  /// Whether the target has the source's table of origins, so that their numbers are the same.
  private let sharesOrigins: Bool
  /// What each node of the source is in the target, once it is set or copied.
  private var image: [NodeID]
  private var functions: [FunctionID?]

  init(from source: Graph, sharingOrigins sharesOrigins: Bool = false) {
    self.source = source
    self.sharesOrigins = sharesOrigins
    image = Array(repeating: NodeID(0), count: source.count)
    functions = Array(repeating: nil, count: source.functions.count)
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

  private mutating func function(_ id: FunctionID, in target: inout Graph) -> FunctionID {
    if let known = functions[id.index] { return known }
    let image = target.intern(source.functions[id.index])
    functions[id.index] = image
    return image
  }
}
