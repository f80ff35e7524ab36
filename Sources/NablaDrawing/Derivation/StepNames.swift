import NablaGraph
import NablaLanguage

/// Names for the steps of a derivation: those of the text where it has them, else letters.
struct StepNames {
  private(set) var names: [NodeID: String] = [:]
  private var given: Set<String> = []

  /// The letters of calculus books; `e`, `i`, `l` and `o` are too easily taken for something else.
  private static let letters = ["u", "v", "w", "p", "q", "r", "s", "t", "g", "h", "k", "m", "n"]
  private static let longestName = 40

  init(_ steps: [NodeID], in program: Program, functionName: String) {
    let graph = program.graph
    given = ["e", "pi", "π", "inf", "nan", "true", "false"]
    for input in program.inputs {
      let name = graph.parameterIndex(input).map { graph.parameters[$0].name } ?? "x"
      // An input may hide a constant, and then the printer spells the constant differently.
      assign(name, to: input, mayHide: true)
    }
    for root in program.roots where names[root.node] == nil {
      let component = Int(root.name) == nil ? root.name : "\(functionName)_\(root.name)"
      assign(program.roots.count == 1 ? functionName : component, to: root.node)
    }
    let rest = steps.filter { names[$0] == nil }
    for step in rest { if let name = graph.origin(of: step).name { assign(name, to: step) } }
    letter(rest.filter { names[$0] == nil })
  }

  private mutating func assign(_ name: String, to id: NodeID, mayHide: Bool = false) {
    guard names[id] == nil else { return }
    let legal = ExpressionPrinter(.unicode).spelling(of: String(name.unicodeScalars.prefix(StepNames.longestName)))
    let stem = legal.isEmpty ? "x" : legal
    var candidate = stem
    var number = 1
    if mayHide { given.remove(candidate) }
    while !given.insert(candidate).inserted {
      number += 1
      candidate = "\(stem)_\(number)"
    }
    names[id] = candidate
  }

  private mutating func letter(_ steps: [NodeID]) {
    let free = StepNames.letters.filter { !given.contains($0) }
    if steps.count <= free.count {
      for (step, letter) in zip(steps, free) { assign(letter, to: step) }
      return
    }
    var number = 0
    for step in steps {
      repeat { number += 1 } while given.contains("v\(number)")
      assign("v\(number)", to: step)
    }
  }
}
