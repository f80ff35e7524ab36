import NablaDiagnostics

/// A parsed text with every name led to its declaration.
struct CodeUnit: Sendable {
  let tree: SyntaxTree
  /// By syntax index: what uses lead to, and for binders what they declare.
  var bindings: [Binding]
  var routines: [Routine] = []
  /// The functions and layers of the program by name.
  var functions: [String: Int] = [:]
  /// Functions of the program in program order.
  var programOrder: [Int] = []
  /// All routines, called before calling.
  var callOrder: [Int] = []
  /// What each loop carries.
  var loops: [SyntaxID: [CarriedName]] = [:]
  /// Loops whose value nobody uses.
  var statementLoops: Set<SyntaxID> = []
  /// By the callee of a call of a layer: which call of that layer it is in its function, from 1.
  var layerNumbers: [SyntaxID: Int] = [:]
  /// Definitions of `where` clauses that depend on themselves.
  var faultyDefinitions: Set<SyntaxID> = []

  init(tree: SyntaxTree) {
    self.tree = tree
    bindings = Array(repeating: .none, count: tree.count)
  }

  func binding(_ id: SyntaxID) -> Binding { bindings[id.index] }

  /// The slot that a binder declares.
  func slot(of binder: SyntaxID) -> Int? {
    if case .slot(let slot, _) = bindings[binder.index] { Int(slot) } else { nil }
  }
}

/// The texts that a lowering reads. The library is parsed when something first asks for it: most formulas never do.
struct CodeUnits: Sendable {
  let program: CodeUnit

  subscript(unit: Int) -> CodeUnit {
    _read { if unit == Lowering.programUnit { yield program } else { yield Library.standard.unit } }
  }

  /// The first text with a property.
  func unit(where hasProperty: (CodeUnit) -> Bool) -> CodeUnit? {
    hasProperty(program) ? program : hasProperty(Library.standard.unit) ? Library.standard.unit : nil
  }
}
