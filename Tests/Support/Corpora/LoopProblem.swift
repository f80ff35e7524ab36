import Foundation
import Testing

/// A program with loops, with its value and derivatives from an independent source: a line of `loops.jsonl`.
public struct LoopProblem: Decodable, Sendable, CustomTestStringConvertible {
  public let id: String
  /// In the language; the value is one scalar.
  public let text: String
  public let sizes: [String: Int]
  public let inputs: [String: [Double]]
  public let value: Double
  public let gradient: [String: [Double]]
  public let direction: [String: [Double]]
  /// The Hessian times the direction.
  public let second: [String: [Double]]

  public var testDescription: String { id }

  public static let all: [LoopProblem] = corpusLines("loops.jsonl").compactMap {
    try? JSONDecoder().decode(LoopProblem.self, from: Data($0.utf8))
  }
}
