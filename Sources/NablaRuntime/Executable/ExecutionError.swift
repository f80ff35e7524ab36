import NablaGraph

/// Why the safe calls refuse their arguments.
public enum ExecutionError: Error, Hashable, Sendable {
  /// No value for an input.
  case missingInput(String)
  /// A value for a name that is no input; the names that are.
  case unknownInput(String, known: [String])
  /// Not one column an input.
  case inputCount(expected: Int, found: Int)
  /// The column has neither the numbers of one point nor those of all points.
  case count(input: String, perPoint: Int, points: Int, found: Int)
  case elementType(input: String, expected: ElementType, found: ElementType)
  /// The input's element type does not hold the value, as a fraction for an integer.
  case notRepresentable(input: String, element: ElementType)
}

extension ExecutionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingInput(let name): "no value for '\(name)'"
    case .unknownInput(let name, let known): "no input '\(name)'; the inputs are \(known.joined(separator: ", "))"
    case .inputCount(let expected, let found): "\(expected) inputs expected, \(found) given"
    case .count(let input, let perPoint, let points, let found):
      "'\(input)' has \(perPoint) numbers a point, not \(found) for \(points) points"
    case .elementType(let input, let expected, let found): "'\(input)' is \(expected.rawValue), not \(found.rawValue)"
    case .notRepresentable(let input, let element): "a value of '\(input)' is not of type \(element.rawValue)"
    }
  }
}
