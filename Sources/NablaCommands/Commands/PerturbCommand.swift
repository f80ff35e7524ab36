import ArgumentParser
import Nabla

/// `nabla perturb`: a small change walks through the graph.
struct PerturbCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "perturb", abstract: "Walk a small change of a parameter through the graph.",
    usage: "nabla perturb <source> <change> --at <at> [<options>]",
    discussion: "Example: nabla perturb 'f(a,b,c) = 3*(a + b*c)' a=+0.001 --at a=5,b=3,c=2")

  @OptionGroup var input: SourceOptions

  @Argument(help: "The parameter and its change, such as a=+0.001.")
  var change: String

  @OptionGroup var point: PointOptions

  @Flag(name: .long, help: "Functions of the library step by step, too.")
  var expand = false

  func perform() throws {
    let formula = try input.bound(try input.formula(), at: point)
    let members = try AssignmentList([change.replacing("=+", with: "=")], option: "the change").point().members
    guard members.count == 1, case .json(.number(let text)) = members[0].value, let delta = Double(text) else {
      throw ValidationError("a change is given as NAME=+NUMBER, not '\(change)'")
    }
    if delta == 0 { throw ValidationError("a change is NAME=+NUMBER, and the number is not 0: '\(change)'") }
    guard let values = try point.values(for: formula) else { _ = try point.requiredColumns(for: formula); return }
    print(try formula.perturbation(of: members[0].name, by: delta, at: values, expanding: expand).text, terminator: "")
  }
}
