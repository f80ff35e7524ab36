import NablaGraph

/// A call in the text of the program's functions, as it was carried out: what a table of a network's layers is made of.
public struct TracedCall: Hashable, Sendable {
  /// What is called.
  public let name: String
  /// Where the variables of what is called belong: `mnist.dense_1` of a layer, the name of a function of the program.
  public let path: String?
  /// 0 in the function that was asked for, 1 in a function that it calls.
  public let depth: Int
  /// Whether it is carried out again and again, in a loop or for the elements of a comprehension.
  public let isRepeated: Bool
  /// Whether the library has it, not the program.
  public let isLibrary: Bool
  /// What it is called with, in the order of the text; what flows in by `|>` comes first.
  public let arguments: [Argument]
  /// The results; empty for values that are known before the run.
  public internal(set) var results: [NodeID] = []
  /// What the call has put into the graph, by index: nothing where an equal call came before.
  public internal(set) var nodes: Range<Int>

  public struct Argument: Hashable, Sendable {
    public let label: String?
    /// The value, where it is computed at run time.
    public let node: NodeID?
    /// The argument as it is written.
    public let text: String
  }
}

extension Lowering {
  /// Notes that a call begins, and pushes the task that notes its end.
  mutating func openTrace(_ function: FunctionID, _ parts: CallParts, _ arguments: [Argument]) {
    guard traces, mode == .build, frame >= 0, frames[frame].unit == Lowering.programUnit, initialContexts.isEmpty,
      derivations.isEmpty
    else { return }
    var path: String?
    var name = describe(function)
    var isLibrary = true
    if case .routine(let unitIndex, let index, _, _) = functions[function] {
      let routine = units[unitIndex].routines[index]
      name = routine.name
      isLibrary = unitIndex != Lowering.programUnit
      if routine.role == .layer {
        path = unit.layerNumbers[parts.callee].map { "\(frames[frame].path).\(name)_\($0)" }
      } else if unitIndex == Lowering.programUnit {
        path = name
      }
    }
    calls.append(
      TracedCall(
        name: name, path: path, depth: frames.count - 1, isRepeated: !surroundings.isEmpty,
        isLibrary: isLibrary, arguments: zip(arguments, parts.arguments).map { traced($0, $1) },
        nodes: graph.count..<graph.count))
    tasks.append(.closeTrace(calls.count - 1))
  }

  private func traced(_ argument: Argument, _ site: SyntaxID) -> TracedCall.Argument {
    var node: NodeID?
    if case .node(let id, _) = argument.value { node = id }
    var text = tree.text(site)
    if case .argument(_, let value) = tree.kind(site) { text = tree.text(value) }
    return TracedCall.Argument(label: argument.label, node: node, text: String(text))
  }

  /// The result of a traced call is on the stack.
  mutating func closeTrace(_ index: Int) {
    calls[index].nodes = calls[index].nodes.lowerBound..<graph.count
    switch values.last {
    case .node(let node, _)?: calls[index].results = [node]
    case .tuple(let elements, _)?:
      calls[index].results = elements.compactMap { if case .node(let node, _) = $0 { node } else { nil } }
    default: break
    }
  }
}
