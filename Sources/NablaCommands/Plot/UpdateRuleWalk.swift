import ArgumentParser
import Nabla
import NablaData
import NablaDiagnostics
import NablaNetworks
import NablaPlots

/// The way of an update rule, such as `adam(0.1)`, over a cost of two parameters.
///
/// The walk is a function of the language behind the user's program, as a step of training is: what a rule remembers from
/// step to step, and its defaults, are the library's, and a program may bring rules of its own.
struct UpdateRuleWalk {
  /// The program with the walk behind it.
  let source: SourceText
  static let function = "plotted_way"

  /// - Parameters:
  ///   - rule: what is called with the place, the gradient and the number of the step before its own arguments.
  ///   - cost: the function, and the parameters that span the plot.
  ///   - fixed: its other parameters.
  ///   - begin: the place to begin at.
  ///   - isExpression: whether the program is one expression, the body of a function without a name.
  /// - Throws: a usage error where another parameter is no plain number.
  init(
    _ rule: RuleCall, on cost: Formula, over names: [String], at fixed: Point, from begin: [String], steps: Int,
    in source: SourceText, isExpression: Bool
  ) throws {
    var arguments = names.enumerated().map { "\($0.element): place[\($0.offset)]" }
    for member in fixed.members where cost.explicitParameters.contains(member.name) && !names.contains(member.name) {
      guard case .json(let value) = member.value, case .number(let text) = value else {
        throw ValidationError("the way of '\(rule.name)' needs a plain number for '\(member.name)'")
      }
      arguments.append("\(member.name): \(text)")
    }
    let own = rule.arguments.map { argument in argument.label.map { "\($0): \(argument.text)" } ?? argument.text }
    let call = (["place", "plotted_slope(place)", "k + 1"] + own).joined(separator: ", ")
    let text = String(decoding: source.utf8, as: UTF8.self)
    let header = "\(cost.name)(\(cost.explicitParameters.joined(separator: ", "))) = "
    let program = isExpression ? header + text : text
    self.source = SourceText(
      """
      \(program)
      plotted_cost(place: [2]) = \(cost.name)(\(arguments.joined(separator: ", ")))
      plotted_slope(place: [2]) = grad(plotted_cost)(place)
      \(Self.function)() {
          place = [\(begin.joined(separator: ", "))]
          for k in 0..<\(steps) { before = place; place = \(rule.name)(\(call)); before }
      }
      """, name: source.name)
  }
}
