import Foundation
import Testing

/// A function and the values of its derivative: a line of `derivatives.jsonl`.
public struct DerivativeProblem: Decodable, Sendable, CustomTestStringConvertible {
  public let id: String
  public let variable: String
  /// The other parameters.
  public let parameters: [String]
  /// The function, as an expression of the variable and the parameters.
  public let antiderivative: String
  /// Its derivative.
  public let integrand: String
  public let points: [Point]

  public var testDescription: String { id }

  /// The variable, then the parameters.
  public var names: [String] { [variable] + parameters }

  public struct Point: Decodable, Sendable {
    /// The values of `names`.
    public let inputs: [Double]
    public let derivative: Double
    /// How far a right value may be from the expected one, relatively.
    public let tolerance: Double

    public init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      inputs = try container.decode([Double].self)
      derivative = try container.decode(Double.self)
      tolerance = max(1e-9, pow(10, Double(try container.decode(Int.self)) + 2))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case variable = "var"
    case parameters = "params"
    case antiderivative = "F"
    case integrand = "f"
    case points = "pts"
  }

  /// The pairs beside the tests.
  public static let all: [DerivativeProblem] = reading(corpusLines("derivatives.jsonl"))

  /// The file that `NABLA_DERIVATIVE_CORPUS` names, where somebody has the whole corpus; otherwise the pairs beside the
  /// tests.
  public static let widest: [DerivativeProblem] = {
    guard let path = ProcessInfo.processInfo.environment["NABLA_DERIVATIVE_CORPUS"],
      let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { return all }
    return reading(text.split(separator: "\n").map(String.init))
  }()

  private static func reading(_ lines: [String]) -> [DerivativeProblem] {
    lines.compactMap { try? JSONDecoder().decode(DerivativeProblem.self, from: Data($0.utf8)) }
  }
}

/// The lines of a file in `Data`; none when it cannot be read, which the tests that count them find.
public func corpusLines(_ name: String) -> [String] {
  let file = Bundle.module.bundleURL.appending(path: "Data/" + name)
  guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
  return text.split(separator: "\n").map(String.init)
}
