import NablaLanguage

/// How a derivative is called: `df/dx`, `∂f/∂x`, `\frac{\partial f}{\partial x}`.
struct DerivativeLabel {
  private let function: String
  private let parameter: String
  private let order: Int

  init(_ function: String, _ parameter: String, order: Int = 1) {
    self.function = function
    self.parameter = parameter
    self.order = order
  }

  func text(_ style: ExpressionStyle) -> String {
    switch style {
    case .latex:
      let power = order == 1 ? "" : "^{\(order)}"
      let f = ExpressionPrinter(.latex).spelling(of: function)
      return "\\frac{\\partial\(power) \(f)}{\\partial \(ExpressionPrinter(.latex).spelling(of: parameter))\(power)}"
    case .unicode:
      let power = order == 1 ? "" : String(String(order).compactMap { DerivativeLabel.superscripts[$0] })
      return "∂\(power)\(function)/∂\(parameter)\(power)"
    default:
      let power = order == 1 ? "" : "^\(order)"
      return "d\(power)\(function)/d\(parameter)\(power)"
    }
  }

  private static let superscripts: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
  ]
}
