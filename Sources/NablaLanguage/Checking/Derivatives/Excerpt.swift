import NablaGraph
import NablaRewrite

/// A part of a graph, taken out to be made stable and differentiated, so that the work is proportional to the part.
struct Excerpt {
  var graph = Graph()
  private(set) var roots: [NodeID]
  /// The inputs of the excerpt, by the nodes they are in the whole graph, and back.
  private var inputs: [NodeID: NodeID] = [:]
  private var sources: [NodeID: NodeID] = [:]

  /// Takes out what `roots` need. Inputs stay inputs, `variables` among them even if nothing uses them.
  init(of whole: Graph, roots: [NodeID], variables: [NodeID]) {
    self.roots = []
    for variable in variables { addInput(variable, whole) }
    var image: [NodeID: NodeID] = [:]
    for id in whole.cone(of: roots) {
      if whole.parameterIndex(id) != nil {
        image[id] = addInput(id, whole)
      } else {
        image[id] = graph.copy(id, of: whole, operands: whole.operands(of: id).compactMap { image[$0] })
      }
    }
    self.roots = roots.compactMap { image[$0] }
  }

  @discardableResult
  private mutating func addInput(_ id: NodeID, _ whole: Graph) -> NodeID {
    if let known = inputs[id] { return known }
    let name = whole.parameterIndex(id).map { whole.parameters[$0].name } ?? ""
    let input = graph.parameter(name, whole.type(of: id))
    inputs[id] = input
    sources[input] = id
    return input
  }

  /// The inputs that stand for variables of the whole graph.
  func inputs(_ variables: [NodeID]) -> [NodeID] { variables.compactMap { inputs[$0] } }

  /// Takes in another node of the whole graph that is no input here, such as a tangent, as an input.
  mutating func takeIn(_ id: NodeID, of whole: Graph) -> NodeID { addInput(id, whole) }

  /// The canonical form of the roots, with the textbook's expressions made stable: what derivatives are taken of.
  ///
  /// - Parameter checkpoint: whether long loops are differentiated with checkpoints.
  mutating func stabilise(checkpoint: Bool) {
    roots = Rewriter().rewrite(&graph, roots: roots, through: [.canonicalise, .stabilise])
    if checkpoint { roots = graph.checkpointed(roots) }
  }

  /// Simplifies between two derivatives.
  mutating func canonicalise(_ nodes: [NodeID]) -> [NodeID] {
    Rewriter().rewrite(&graph, roots: nodes, through: [.canonicalise])
  }

  /// Puts nodes of the excerpt back into the whole graph, with some variables replaced.
  func putBack(_ nodes: [NodeID], into whole: inout Graph, replacing replacements: [NodeID: NodeID]) -> [NodeID] {
    let images = sources.mapValues { replacements[$0] ?? $0 }
    return whole.splice(graph, roots: nodes, inputs: images)
  }
}

extension Graph {
  /// The nodes that `roots` need, operands before users.
  ///
  /// - Complexity: proportional to the result, not to the graph.
  /// - Parameter start: nodes below it are left out.
  func cone(of roots: [NodeID], from start: Int = 0) -> [NodeID] {
    var found: Set<NodeID> = []
    var work = roots.filter { $0.index >= start }
    while let id = work.popLast() {
      guard found.insert(id).inserted else { continue }
      for position in 0..<operandCount(of: id) {
        let operand = operand(position, of: id)
        if operand.index >= start, !found.contains(operand) { work.append(operand) }
      }
    }
    return found.sorted()
  }

  /// The nodes with some inputs replaced by other nodes, which may contain inputs that are replaced, too.
  ///
  /// - Precondition: a replacement is older than the input it replaces.
  mutating func substituting(_ replacements: [NodeID: NodeID], in roots: [NodeID]) -> [NodeID] {
    guard let start = replacements.keys.min() else { return roots }
    var found: Set<NodeID> = []
    var work = roots
    while let id = work.popLast() {
      guard id >= start, found.insert(id).inserted else { continue }
      if let replacement = replacements[id] { work.append(replacement) }
      for position in 0..<operandCount(of: id) { work.append(operand(position, of: id)) }
    }
    var image: [NodeID: NodeID] = [:]
    for id in found.sorted() {
      if let replacement = replacements[id] {
        image[id] = image[replacement] ?? replacement
        continue
      }
      let old = operands(of: id)
      let new = old.map { image[$0] ?? $0 }
      if new != old { image[id] = rebuild(id, operands: new) }
    }
    return roots.map { image[$0] ?? $0 }
  }

  /// The node with other operands. (``copy(_:of:operands:)`` of a graph from itself would copy the arena.)
  private mutating func rebuild(_ id: NodeID, operands: [NodeID]) -> NodeID {
    let saved = currentOrigin
    currentOrigin = originID(of: id)
    defer { currentOrigin = saved }
    return append(operation(of: id), operands, type: type(of: id))
  }
}
