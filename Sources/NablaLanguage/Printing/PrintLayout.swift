import NablaGraph

/// The working state of one print: which parts get names, and the walk that writes the text.
///
/// A form is asked for one node at a time and operands are written from an explicit stack, so neither a deep nor a
/// long expression costs more than its own length.
final class PrintLayout {
  let graph: Graph
  let notation: any ExpressionNotation
  /// The elementwise operations of the whole graph.
  let functions: [Elementwise]
  /// What stands for each input in a text: its name, unique among all names, or what ``reverse(_:)`` says.
  private(set) var parameterNames: [String]
  private let ownNames: [String]
  /// The shared parts of the present group of roots, operands before users.
  private(set) var definitions: [NodeID] = []

  private var names: [NodeID: String] = [:]
  /// Parts that have names for reasons of their own, and are no definitions.
  private var forced: [NodeID: String] = [:]
  /// Names that are given away: inputs and shared parts.
  private var givenNames: Set<String>
  private var cone: [NodeID] = []
  /// The shapes of what is written for nodes that broadcasting makes larger.
  private var shortShapes: [NodeID: Shape] = [:]
  // Columns over the graph; only the entries of the cone are in use.
  private var isReached: [Bool]
  private var isNamed: [Bool]
  private var uses: [UInt32]
  private var lengths: [Int32]
  private var depths: [UInt16]
  private var strengths: [Strength]
  private var traits: [PrintTraits]

  /// Nesting beyond which a part is named although it is used once: the text stays readable, and small parsers live.
  private static let nestingLimit: UInt16 = 40
  private static let longest = Int32.max / 4

  /// - Parameter sameNames: positions of inputs that go by the name of an earlier one.
  init(_ graph: Graph, _ notation: any ExpressionNotation, sameNames: [Int: Int] = [:]) {
    self.graph = graph
    self.notation = notation
    functions = PrintLayout.functions(of: graph)
    parameterNames = PrintLayout.spellInputs(of: graph, functions, notation, sameNames)
    ownNames = parameterNames
    givenNames = Set(parameterNames).union(PrintLayout.sizeNames(of: graph))
    isReached = Array(repeating: false, count: graph.count)
    isNamed = Array(repeating: false, count: graph.count)
    uses = Array(repeating: 0, count: graph.count)
    lengths = Array(repeating: 0, count: graph.count)
    depths = Array(repeating: 0, count: graph.count)
    strengths = Array(repeating: .atom, count: graph.count)
    traits = Array(repeating: PrintTraits(), count: graph.count)
  }

  /// What a user of the node may write for it.
  func traits(of id: NodeID) -> PrintTraits { isNamed[id.index] ? PrintTraits() : traits[id.index] }

  /// The shape of what the text writes for a node: without the repetition that broadcasting does by itself.
  func writtenShape(of id: NodeID) -> Shape { shortShapes[id] ?? graph.type(of: id).shape }

  /// Whether the text writes something smaller for a node.
  func isShort(_ id: NodeID) -> Bool { shortShapes[id] != nil }

  /// The constant that stands in a text at this operand; `nil` where a name stands.
  func constant(_ id: NodeID) -> Constant? { isNamed[id.index] ? nil : graph.constant(id) }

  func isShared(_ id: NodeID) -> Bool { isNamed[id.index] }

  /// The name of a shared part.
  func name(of id: NodeID) -> String { names[id] ?? "" }

  /// Whether a name of the text hides the built-in of the same name.
  func hides(_ builtIn: String) -> Bool { givenNames.contains(builtIn) }
}

// MARK: - Sharing

extension PrintLayout {
  /// Chooses the shared parts of a group of roots that are printed together.
  ///
  /// - Complexity: linear in what the roots need, whatever else the graph holds.
  func arrange(_ roots: [NodeID]) {
    forget()
    collectCone(of: roots)
    for id in cone { countUses(by: id) }
    let inner = uses
    for root in roots { uses[resolved(root).index] += 1 }
    for id in cone {
      let isInner = inner[id.index] > 0
      traits[id.index] = notation.traits(of: id, in: self)
      findWrittenShape(of: id)
      measure(id)
      if let name = forced[id] {
        isNamed[id.index] = true
        names[id] = name
      } else if isInner, deservesName(id) {
        isNamed[id.index] = true
        definitions.append(id)
      }
    }
    forgetUnmentioned(roots)
    nameDefinitions()
  }

  /// A form may write an operand's operand: what nothing writes then needs no definition.
  private func forgetUnmentioned(_ roots: [NodeID]) {
    guard !definitions.isEmpty, cone.contains(where: { graph.elementwise($0) == nil && joins($0) }) else { return }
    var isMentioned: Set<NodeID> = []
    var stack = roots.map(resolved)
    while let id = stack.popLast() {
      if !isMentioned.insert(id).inserted { continue }
      for piece in notation.form(of: id, [], in: self).pieces {
        switch piece {
        case .text: continue
        case .operand(let operand, _), .element(let operand, _, _): stack.append(resolved(operand))
        }
      }
    }
    definitions.removeAll { id in
      if isMentioned.contains(id) { return false }
      isNamed[id.index] = false
      return true
    }
  }

  private func joins(_ id: NodeID) -> Bool {
    switch graph.operation(of: id) {
    case .concatenate, .reshape: true
    default: false
    }
  }

  private func forget() {
    for id in cone {
      isReached[id.index] = false
      isNamed[id.index] = false
      uses[id.index] = 0
    }
    cone = []
    definitions = []
    // Not made anew: there may be as many inputs as groups of roots.
    for name in names.values { givenNames.remove(name) }
    names = [:]
    shortShapes = [:]
  }

  private func findWrittenShape(of id: NodeID) {
    let own = graph.type(of: id).shape
    if own.rank == 0 { return }
    var shape: Shape?
    if let shown = notation.alias(of: id, in: self) {
      shape = writtenShape(of: shown)
    } else if graph.elementwise(id) != nil {
      let operands = graph.operands(of: id)
      if shortShapes.isEmpty || !operands.contains(where: isShort) { return }
      shape = operands.reduce(Shape.scalar) { shape, operand in
        shape.flatMap { try? $0.broadcast(with: writtenShape(of: operand)) }
      }
    }
    if let shape, shape != own { shortShapes[id] = shape }
  }

  private func collectCone(of roots: [NodeID]) {
    var stack = roots
    while let id = stack.popLast() {
      if isReached[id.index] { continue }
      isReached[id.index] = true
      cone.append(id)
      for position in 0..<graph.operandCount(of: id) {
        let operand = graph.operand(position, of: id)
        if !isReached[operand.index] { stack.append(operand) }
      }
    }
    cone.sort()
  }

  private func countUses(by id: NodeID) {
    // What is shown in a node's stead is used by the node's users.
    if notation.alias(of: id, in: self) != nil { return }
    let f = graph.elementwise(id)
    for position in 0..<graph.operandCount(of: id) {
      let mentions = f.map { notation.mentions(of: position, by: $0) } ?? 1
      let operand = resolved(graph.operand(position, of: id))
      uses[operand.index] = uses[operand.index].addingReportingOverflow(UInt32(mentions)).partialValue
    }
  }

  private func measure(_ id: NodeID) {
    var length: Int32 = 0
    var depth: UInt16 = 0
    let form = notation.form(of: id, [], in: self)
    for piece in form.pieces {
      switch piece {
      case .text(let text):
        length += Int32(clamping: min(text.count, Int(PrintLayout.longest)))
      case .operand(let operand, let place), .element(let operand, _, let place):
        let operand = resolved(operand)
        if case .element(_, let places, _) = piece { length += Int32(clamping: 3 * places.count) }
        if isNamed[operand.index] {
          length += 2
          depth = max(depth, place.nests ? 1 : 0)
        } else {
          let isBracketed = strengths[operand.index] < place.strength
          length += lengths[operand.index] + (isBracketed ? 2 : 0)
          depth = max(depth, depths[operand.index] + (isBracketed || place.nests ? 1 : 0))
        }
      }
      length = min(length, PrintLayout.longest)
    }
    lengths[id.index] = length
    depths[id.index] = depth
    strengths[id.index] = form.strength
  }

  /// A part is named as soon as that makes the whole shorter, the words around a definition included, or where
  /// brackets would nest too deep.
  private func deservesName(_ id: NodeID) -> Bool {
    if notation.alias(of: id, in: self) != nil || graph.parameterIndex(id) != nil { return false }
    if depths[id.index] >= PrintLayout.nestingLimit { return true }
    if Int(lengths[id.index]) > notation.lengthLimit { return true }
    let uses = Int(uses[id.index])
    return uses > 1 && Int(lengths[id.index]) * (uses - 1) > 2 * uses + 12
  }

  private func nameDefinitions() {
    var number = 0
    for id in definitions {
      var name = graph.origin(of: id).name.map(notation.legalized) ?? ""
      while name.isEmpty || notation.reserves(name) || !givenNames.insert(name).inserted {
        number += 1
        name = "t\(number)"
      }
      names[id] = name
    }
  }
}

// MARK: - Loops

extension PrintLayout {
  /// Writes a name where the node stands; whoever forces it writes its definition.
  func force(_ id: NodeID, named name: String) { forced[id] = name }

  /// What stands for an input in a text.
  func name(ofInput id: NodeID) -> String { graph.parameterIndex(id).map { parameterNames[$0] } ?? "" }

  /// The name that an input is declared by.
  func ownName(ofInput id: NodeID) -> String { graph.parameterIndex(id).map { ownNames[$0] } ?? "" }

  /// A loop that walks backwards is written as one that walks forwards over what is turned round: its stacks are turned
  /// round where they are used, and its numbers count down.
  func reverse(_ loop: LoopSketch.Loop) {
    for output in loop.outputs {
      if let index = graph.parameterIndex(output.result) { parameterNames[index] += "[::-1]" }
    }
    for element in loop.elements where graph.operation(of: element.sequence) == .iota {
      if let index = graph.parameterIndex(element.input) {
        parameterNames[index] = "(\(loop.length - 1) - \(parameterNames[index]))"
      }
    }
  }

  /// A sequence from its last element to its first.
  func reversedText(of id: NodeID) -> String {
    isShort(id)
      ? wholeText(of: id) + "[::-1]" : write(pieces: [.operand(id, PrintedForm.Place(.atom)), .text("[::-1]")])
  }

  /// A sequence, which has its first axis also where broadcasting would add it by itself.
  func wholeText(of id: NodeID) -> String {
    isShort(id) ? filledText(of: id) ?? "broadcast_to(\(text(of: id)), \(graph.type(of: id).shape))" : text(of: id)
  }

  /// `zeros(m, n)` and `ones(n)`.
  func filledText(of id: NodeID) -> String? {
    let type = graph.type(of: id)
    guard graph.elementwise(id) == nil, graph.operation(of: id) == .broadcast, type.element.isFloat,
      let value = graph.constant(graph.operand(0, of: id))?.rational, value.isZero || value == 1,
      case let name = value.isZero ? "zeros" : "ones", !hides(name)
    else { return nil }
    return "\(name)(\(type.shape.dimensions.map(\.description).joined(separator: ", ")))"
  }

  /// A name that nothing else has.
  func unusedName(like stem: String) -> String {
    var name = stem
    var number = 1
    while notation.reserves(name) || !givenNames.insert(name).inserted {
      number += 1
      name = "\(stem)_\(number)"
    }
    return name
  }
}
