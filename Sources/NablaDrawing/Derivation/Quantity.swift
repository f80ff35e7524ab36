import Foundation
import NablaGraph
import NablaRuntime

/// The value of a node at a point: a number, or an array with a shape.
public struct Quantity: Hashable, Sendable {
  public let type: TensorType
  /// All elements in row-major order.
  public let elements: [Double]

  public init(_ value: Double) {
    type = TensorType()
    elements = [value]
  }

  init(_ elements: [Literal], _ type: TensorType) {
    self.type = type
    self.elements = elements.map(\.double)
  }

  /// The number, where it is one.
  public var number: Double? { type.isScalar ? elements.first : nil }
}

extension Quantity: CustomStringConvertible {
  /// `0.333333`, `true`, `[1, 2, 3]`, `[[1, 0], [0, 1]]`; of a longer array the shape.
  public var description: String {
    if let number {
      if type.element == .bool { return number == 0 ? "false" : "true" }
      return Quantity.text(number)
    }
    guard !elements.isEmpty, elements.count <= 4, type.shape.rank <= 4 else { return "\(type)" }
    var parts = elements.map { Quantity.text($0) }
    for extent in type.shape.dimensions.reversed() {
      let count = max(extent.constant ?? 1, 1)
      parts = stride(from: 0, to: parts.count, by: count).map { start in
        "[" + parts[start..<min(start + count, parts.count)].joined(separator: ", ") + "]"
      }
    }
    return parts.joined(separator: ", ")
  }

  /// A number for a reader: up to six significant digits if not told otherwise, `1.5·10⁻⁷` beyond the usual magnitudes.
  public static func text(_ value: Double, digits: Int = 6) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    // A sum of decimals that is off in its last bits reads as what it stands for.
    let text = String(format: "%.\(digits)g", value == 0 ? 0 : value)
    let parts = text.split(separator: "e")
    let mantissa = String(parts[0]).replacing("-", with: "−")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return mantissa }
    return "\(mantissa)·10\(superscript(exponent))"
  }

  private static func superscript(_ value: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String("\(value)".map { $0 == "-" ? "⁻" : digits[$0.wholeNumberValue ?? 0] })
  }
}
