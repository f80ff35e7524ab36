import NablaGraph

extension MathNotation {
  func spelling(of name: String) -> String { dialect == .latex ? LaTeXName.spelling(of: name) : name }

  /// A name of the language. Paths of implicit parameters (`mnist.dense_1.W`) keep their dots; every other character
  /// that cannot stand in a name becomes `_`. LaTeX spells any name.
  func legalized(_ name: String) -> String {
    // In a text for reading, an ellipsis stands for what is left out.
    if dialect == .latex || (dialect == .unicode && name == "…") { return name }
    var result = String.UnicodeScalarView()
    var begins = true
    for scalar in name.unicodeScalars {
      if scalar == "." && !begins {
        result.append(scalar)
        begins = true
      } else if Identifier.begins(scalar) || (!begins && Identifier.continues(scalar)) {
        result.append(scalar)
        begins = false
      } else {
        if begins && Identifier.continues(scalar) { result.append("_") }
        result.append(Identifier.continues(scalar) ? scalar : "_")
        begins = false
      }
    }
    if begins { result.append("_") }
    let text = String(result)
    return BuiltInNames.keywords.contains(text) && text != "where" && text != "layer" ? text + "_" : text
  }

  func reserves(_ name: String) -> Bool { BuiltInNames.all.contains(name) || name.contains(".") }

  func collides(_ name: String, with f: Elementwise) -> Bool {
    guard dialect != .latex, f.definition.notation == .call else { return false }
    return name == f.name || (dialect == .unicode && name == GreekName.letter(of: f))
  }

  func collides(_ name: String, with arrayFunctions: Set<String>) -> Bool {
    dialect != .latex && arrayFunctions.contains(name)
  }

  /// Broadcasting and widening happen by themselves where a program is read.
  func alias(of id: NodeID, in layout: PrintLayout) -> NodeID? {
    switch layout.graph.operation(of: id) {
    case .broadcast:
      return layout.graph.operand(0, of: id)
    case .cast:
      let operand = layout.graph.operand(0, of: id)
      let from = layout.graph.type(of: operand).element
      return from < layout.graph.type(of: id).element && from != .bool ? operand : nil
    default:
      return nil
    }
  }
}
