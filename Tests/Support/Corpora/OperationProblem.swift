import Foundation
import NablaGraph
import Testing

/// A program of a structural operation, with its value and its derivatives from an independent source: a line of
/// `operations.jsonl`.
public struct OperationProblem: Decodable, Sendable, CustomTestStringConvertible {
  public let id: String
  /// The textual form of the graph; it has one root.
  public let program: String
  public let inputs: [Input]
  private let values: [Number]
  private let cotangent: [Number]?
  private let gradient: [String: [Number]]?
  private let direction: [String: [Number]]?
  private let second: [String: [Number]]?

  public var testDescription: String { id }

  public struct Input: Decodable, Sendable {
    public let name: String
    private let element: String
    private let values: [Number]

    public var elementType: ElementType { ElementType(rawValue: element) ?? .f64 }
    public var numbers: [Double] { values.map(\.value) }
  }

  /// The derivatives of a program with real inputs.
  public struct Derivatives: Sendable {
    /// Of the result.
    public let cotangent: [Double]
    /// What the cotangent pulls back, by input.
    public let gradient: [String: [Double]]
    /// Of the inputs.
    public let direction: [String: [Double]]
    /// The derivative of the gradient along the direction, by input.
    public let second: [String: [Double]]
  }

  /// The elements of the result.
  public var result: [Double] { values.map(\.value) }

  public var derivatives: Derivatives? {
    guard let cotangent, let gradient, let direction, let second else { return nil }
    func plain(_ numbers: [String: [Number]]) -> [String: [Double]] { numbers.mapValues { $0.map(\.value) } }
    return Derivatives(
      cotangent: cotangent.map(\.value), gradient: plain(gradient), direction: plain(direction), second: plain(second))
  }

  /// How far a right value may be from the expected one, relatively, or absolutely below one: products and sums of a few
  /// dozen numbers in the program's own precision.
  public var tolerance: Double { id.hasSuffix("f32") ? 2e-5 : 1e-10 }

  /// A number, or the name of one that JSON does not have.
  private struct Number: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self), let value = Double(name) {
        self.value = value
      } else {
        value = try container.decode(Double.self)
      }
    }
  }

  public static let all: [OperationProblem] = corpusLines("operations.jsonl").compactMap {
    try? JSONDecoder().decode(OperationProblem.self, from: Data($0.utf8))
  }
}
