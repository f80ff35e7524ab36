import ArgumentParser
import Foundation
import Nabla
import NablaData
import NablaGraph

/// The parameters that a plot is over, in calling order, and what they span.
struct PlotRanges {
  struct Member {
    let name: String
    let range: ClosedRange<Double>

    func steps(_ count: Int, isLogarithmic: Bool = false) -> [Double] {
      let (lower, upper) = (range.lowerBound, range.upperBound)
      return (0..<count).map { index in
        let part = Double(index) / Double(count - 1)
        if index == count - 1 { return upper }
        return isLogarithmic && lower > 0 ? lower * pow(upper / lower, part) : lower * (1 - part) + upper * part
      }
    }
  }

  let members: [Member]

  /// - Parameters:
  ///   - text: `x=-5..5,y=0..pi`; the ends are constant expressions.
  ///   - point: parameters that have a value are not free.
  /// - Throws: a usage error.
  init(_ text: String?, of formulas: [Formula], at point: Point) throws {
    var given: [(name: String, range: ClosedRange<Double>)] = []
    for part in try text.map(NameList.split) ?? [] {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, let dots = sides[1].range(of: "..") else {
        throw ValidationError("--over takes NAME=FROM..TO, not '\(part)'")
      }
      let ends = try [sides[1][..<dots.lowerBound], sides[1][dots.upperBound...]].map {
        try PlotRanges.number(String($0), of: sides[0])
      }
      guard ends[0] < ends[1] else {
        throw ValidationError("--over: the range of '\(sides[0])' is empty: '\(sides[1])'")
      }
      guard (ends[1] - ends[0]).isFinite else {
        throw ValidationError("--over: the range of '\(sides[0])' is too wide for a number: '\(sides[1])'")
      }
      given.append((sides[0], ends[0]...ends[1]))
    }
    var names: [String] = []
    for formula in formulas {
      let types = Dictionary(
        zip(formula.parameters, formula.program.inputs.map { formula.program.graph.type(of: $0) }),
        uniquingKeysWith: { first, _ in first })
      for name in formula.explicitParameters where point[name] == nil && !names.contains(name) {
        guard let type = types[name], type.isScalar, type.element.isFloat else { continue }
        if given.contains(where: { $0.name == name }) || formula.defaults[name] == nil { names.append(name) }
      }
    }
    if let unknown = given.first(where: { !names.contains($0.name) }) {
      throw ValidationError("--over: '\(unknown.name)' is no free number of the function")
    }
    members = names.map { name in
      Member(name: name, range: given.last { $0.name == name }?.range ?? -5...5)
    }
  }

  private static func number(_ text: String, of name: String) throws -> Double {
    if text.allSatisfy(\.isWhitespace) {
      throw ValidationError("--over: the range of '\(name)' has two ends: \(name)=0..1")
    }
    guard case .json(.number(let spelling)) = try AssignmentList.value(text, of: name, option: "--over"),
      let value = Double(spelling), value.isFinite
    else { throw ValidationError("--over: the range of '\(name)' has numbers for ends, not '\(text)'") }
    return value
  }
}
