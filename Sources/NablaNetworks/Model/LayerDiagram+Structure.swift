import NablaGraph
import NablaPlots

extension LayerDiagram {
  /// A network with its layers, the numbers that they learn, and the shapes of what flows between them:
  ///
  ///     try LayerDiagram(model.structure()).svg
  public init(_ structure: NetworkStructure, title: String = "") {
    let layers = structure.parts.map { part in
      Layer(
        part.kind == .join ? LayerDiagram.sign(part.name) : part.name, shape: "\(part.type.shape)",
        detail: part.parameters == 0 ? "" : "\(GroupedNumber.text(part.parameters)) parameters",
        hasParameters: part.parameters > 0, kind: LayerDiagram.kind(of: part), operands: part.operands)
    }
    let results = structure.results.flatMap { result in
      result.parts.map { (layer: $0, shape: "\(result.type.shape)") }
    }
    self.init(layers, results: results, title: title)
  }

  private static func kind(of part: NetworkStructure.Part) -> Layer.Kind {
    switch part.kind {
    case .input: .input
    case .call: .layer
    case .join: .join
    }
  }

  /// The sign of an operation on two numbers; other operations have their names.
  private static func sign(_ operation: String) -> String {
    ["add": "+", "subtract": "−", "multiply": "×", "divide": "÷"][operation] ?? operation
  }
}

/// Large numbers as people read them.
package enum GroupedNumber {
  /// `235,146`.
  package static func text(_ number: Int) -> String {
    var digits = Array("\(number.magnitude)")
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }
}
