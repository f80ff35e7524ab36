import NablaDiagnostics

/// What a layer owns, and the numbers of its calls.
extension Resolver {
  /// Declares `param W: […] = …` after its dimensions and its start have been visited.
  mutating func declareVariable(_ id: SyntaxID) {
    guard case .variable(let role, let binder, let type, let initial) = tree.kind(id), let routine = current,
      let slot = declare(binder, .local)
    else { return }
    noteDepth()
    unit.routines[routine].slots[slot].isUsed = true
    unit.routines[routine].slots[slot].variable = unit.routines[routine].variables.count
    unit.routines[routine].variables.append(
      Routine.Variable(name: tree.name(of: binder), role: role, slot: slot, type: type, initial: initial))
  }

  /// The state that an assignment in a layer gives its next value. In a loop the name is carried, and the loop as a
  /// whole assigns it.
  func assignedState(_ binder: SyntaxID) -> Int? {
    guard loopDepth == 0, let name = tree.nameID(binder), let routine = current,
      case .slot(let slot, let declared) = meanings[name.index], declared == depth,
      let variable = unit.routines[routine].slots[Int(slot)].variable,
      unit.routines[routine].variables[variable].role == .state
    else { return nil }
    return variable
  }

  /// Whether a name's meaning is a layer.
  func isLayer(_ binding: Binding) -> Bool {
    switch binding {
    case .function(let routine, _): unit.routines[Int(routine)].role == .layer
    case .library(let routine): libraryLayers.contains(Int(routine))
    default: false
    }
  }

  /// Numbers the calls of each layer in the text of each function, from 1.
  mutating func numberLayerCalls() {
    struct Calls: Hashable {
      let routine: Int
      let layer: String
    }
    var numbers: [Calls: Int] = [:]
    for call in layerCalls.sorted(by: { tree.range($0.callee).start < tree.range($1.callee).start }) {
      let number = numbers[Calls(routine: call.routine, layer: call.layer), default: 0] + 1
      numbers[Calls(routine: call.routine, layer: call.layer)] = number
      unit.layerNumbers[call.callee] = number
    }
  }
}
