import NablaDiagnostics
import NablaGraph

/// Leads every name of a text to its declaration, and reports what can be seen without types.
///
/// The tree is walked from the top with an explicit stack of steps, since scopes come from above. What a name means at
/// the moment is one array indexed by name; declarations are undone when their scope ends.
struct Resolver {
  let tree: SyntaxTree
  let isLibrary: Bool
  private let placement = ByAddress()

  var unit: CodeUnit
  var problems = ProblemList()
  var meanings: [Meaning]
  var undo: [(name: NameID, meaning: Meaning)] = []
  var steps: [Step] = []
  /// The routines around the current place, outermost first.
  var surroundings: [Int] = []
  /// The program is one expression, whose free names are parameters of this routine.
  var implicitRoutine: Int?
  /// The operands of that expression's operators: they are values, also where the library has a function of the name.
  var operands: Set<NameID> = []
  var reported: Set<Reported> = []
  /// Constants of which has been said that they are no functions.
  var advised: Set<Int> = []

  var definitions: [Definition] = []
  /// The definition of each routine in ``definitions``.
  var definitionOfRoutine: [Int] = []
  var definitionOfSlot: [SlotPlace: Int] = [:]
  var definitionStack: [Int] = []
  /// Parameters that are handed on as arguments.
  var handedOn: [HandedOn] = []
  /// Loops and comprehensions around the current place.
  var loopDepth = 0
  /// Calls of layers, in no order.
  var layerCalls: [LayerCall] = []

  struct LayerCall {
    let routine: Int
    let layer: String
    let callee: SyntaxID
  }

  struct Reported: Hashable { let routine: Int?, name: NameID }
  struct SlotPlace: Hashable { let routine: Int, slot: Int }

  /// A parameter that is an argument of a call: it is a function parameter if the callee's is.
  struct HandedOn {
    let routine: Int
    let slot: Int
    let callee: Int
    let position: Int?
    let label: String?
  }

  enum Step {
    case visit(SyntaxID)
    case statement(SyntaxID)
    case declare(SyntaxID)
    case declareVariable(SyntaxID)
    case restore(Int)
    case openRoutine(Int)
    case closeRoutine
    case openDefinition(Int)
    case closeDefinition
    case openLoop(SyntaxID)
    case closeLoop(SyntaxID)
    case leaveLoop
    /// What a loop with a `where` clause carries lives on behind the clause, whose own names end.
    case keepCarried(SyntaxID, besides: Set<NameID>)
  }

  static func resolve(_ tree: SyntaxTree, isLibrary: Bool = false) -> (CodeUnit, ProblemList) {
    var resolver = Resolver(tree, isLibrary: isLibrary)
    resolver.declareProgram()
    resolver.run()
    resolver.findFunctionParameters()
    resolver.numberLayerCalls()
    resolver.order()
    resolver.reportUnused()
    return (resolver.unit, resolver.problems)
  }

  private init(_ tree: SyntaxTree, isLibrary: Bool) {
    self.tree = tree
    self.isLibrary = isLibrary
    unit = CodeUnit(tree: tree)
    meanings = Array(repeating: .unknown, count: tree.names.count)
  }

  /// The functions of the library by name; none while the library itself is resolved.
  var library: [String: Int] { isLibrary ? [:] : Library.standard.functions }

  /// Those of them that are layers.
  var libraryLayers: Set<Int> { isLibrary ? [] : Library.standard.layers }

  private mutating func run() {
    while let step = steps.popLast() {
      switch step {
      case .visit(let id): visit(id)
      case .statement(let id): statement(id)
      case .declare(let id): declareLocal(id)
      case .declareVariable(let id): declareVariable(id)
      case .restore(let count): restore(to: count)
      case .openRoutine(let routine): open(routine)
      case .closeRoutine:
        surroundings.removeLast()
        definitionStack.removeLast()
      case .openDefinition(let definition): definitionStack.append(definition)
      case .closeDefinition: definitionStack.removeLast()
      case .openLoop(let id): openLoop(id)
      case .closeLoop(let id): closeLoop(id)
      case .leaveLoop: loopDepth -= 1
      case .keepCarried(let id, let hidden): keepCarried(by: id, besides: hidden)
      }
    }
  }

  // MARK: Scopes

  /// The routine around the current place.
  var current: Int? { surroundings.last }
  var depth: Int32 { Int32(surroundings.count - 1) }

  mutating func setMeaning(_ meaning: Meaning, of name: NameID) {
    undo.append((name, meanings[name.index]))
    meanings[name.index] = meaning
  }

  private mutating func restore(to count: Int) {
    while undo.count > count, let last = undo.popLast() { meanings[last.name.index] = last.meaning }
  }

  /// What a name means here.
  mutating func meaning(_ name: NameID) -> Meaning {
    let known = meanings[name.index]
    if known != .unknown { return known }
    let spelling = tree.name(name)
    let found: Meaning
    // The library comes last, since asking for it has it parsed. It declares no built-in name.
    if let builtin = Builtin.named(spelling) ?? (isLibrary ? Builtin.forLibrary(spelling) : nil) {
      found = .builtin(builtin)
    } else if let index = library[spelling] {
      found = .library(Int32(index))
    } else {
      found = .undefined
    }
    meanings[name.index] = found
    return found
  }

  // MARK: Declarations

  mutating func addRoutine(
    _ name: String, _ role: Routine.Role, syntax: SyntaxID, range: SourceRange, body: SyntaxID, parent: Int? = nil
  ) -> Int {
    unit.routines.append(
      Routine(name: name, role: role, syntax: syntax, range: range, parent: parent, body: body))
    let routine = unit.routines.count - 1
    definitionOfRoutine.append(
      addDefinition(Definition(name: name, range: range, content: .routine(routine), parent: definitionStack.last)))
    return routine
  }

  mutating func addDefinition(_ definition: Definition) -> Int {
    definitions.append(definition)
    return definitions.count - 1
  }

  mutating func addSlot(
    _ name: NameID, _ role: Routine.Slot.Role, _ range: SourceRange, owner: Int? = nil, in routine: Int
  ) -> Int {
    let isSilent = loopDepth > 0
    unit.routines[routine].slots.append(
      Routine.Slot(name: name, role: role, range: range, owner: owner, isUsed: isSilent))
    return unit.routines[routine].slots.count - 1
  }

  /// Declares a name of the current routine from here to the end of the scope.
  mutating func declare(_ binder: SyntaxID, _ role: Routine.Slot.Role) -> Int? {
    guard let routine = current, let name = tree.nameID(binder) else { return nil }
    let slot = addSlot(name, role, tree.range(binder), in: routine)
    unit.bindings[binder.index] = .slot(Int32(slot), up: 0)
    setMeaning(.slot(Int32(slot), depth: depth), of: name)
    return slot
  }
}
