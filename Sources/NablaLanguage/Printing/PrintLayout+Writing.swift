import NablaGraph

/// The walk that writes the text, once names are given.
extension PrintLayout {
  /// The text of a root: its name where it is a shared part.
  func text(of root: NodeID) -> String { write(.operand(root, .argument)) }

  /// The right side of a shared part's definition.
  func definition(of id: NodeID) -> String { write(pieces: notation.form(of: id, [], in: self).pieces) }

  private func write(_ piece: PrintedForm.Piece) -> String { write(pieces: [piece]) }

  func write(pieces: [PrintedForm.Piece]) -> String {
    let brackets = notation.brackets
    var text = ""
    var stack = Array(pieces.reversed())
    func push(_ form: PrintedForm, _ place: PrintedForm.Place) {
      let isBare = place.admits(form)
      if !isBare {
        text += brackets.open
        stack.append(.text(brackets.close))
      }
      stack.append(contentsOf: form.pieces.reversed())
    }
    while let piece = stack.popLast() {
      switch piece {
      case .text(let literal):
        text += literal
      case .operand(let operand, let place):
        let operand = resolved(operand)
        if isShared(operand) {
          text += notation.spelling(of: name(of: operand))
          continue
        }
        push(notation.form(of: operand, place.aspect, in: self), place)
      case .element(let operand, let places, let place):
        push(notation.elementForm(of: resolved(operand), places, place.aspect, in: self), place)
      }
    }
    return text
  }

  /// The node that is shown where `id` stands.
  func resolved(_ id: NodeID) -> NodeID {
    var id = id
    while let shown = notation.alias(of: id, in: self) { id = shown }
    return id
  }
}

extension PrintedForm.Place {
  /// Whether the form needs no brackets here.
  func admits(_ form: PrintedForm) -> Bool {
    form.strength >= strength && (allowsSign || !form.isSigned)
  }
}
