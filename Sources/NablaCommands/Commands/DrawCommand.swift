import ArgumentParser
import Nabla
import NablaDiagnostics
import NablaGraphviz

/// `nabla draw`: the computation graph as a picture.
struct DrawCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Draw the computation graph, with values and derivatives.",
    discussion: "Example: nabla draw 'f(a,b,c)=3*(a+b*c)' --at a=5,b=3,c=2 --backward -o f.svg")

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Flag(name: .long, help: "The derivatives too, as edges in another colour.")
  var backward = false

  @Option(name: .long, help: "Which of several results is differentiated, by name or position from 0.")
  var result: String?

  @Option(name: .long, parsing: .unconditional, help: "How far from the result nodes are drawn.")
  var depth: Int?

  @Flag(name: .long, help: "Functions of the library step by step, too.")
  var expand = false

  @Option(name: .shortAndLong, help: "A file that ends in .svg, .pdf, .png or .dot; without it, DOT is printed.")
  var output: String?

  func validate() throws {
    if let depth, depth < 0 { throw ValidationError("--depth is at least 0, not \(depth)") }
  }

  func perform() throws {
    let formula = try input.bound(try input.formula(), at: point)
    let position = try result.map { try ResultOption.position(of: $0, in: formula) } ?? 0
    let dot = try formula.dot(
      at: try point.values(for: formula), backward: backward, result: position, depth: depth, expanding: expand)
    guard let output else { return print(dot, terminator: "") }
    let file = OutputFile(path: output)
    if output.hasSuffix(".dot") || output.hasSuffix(".gv") {
      try file.write(dot.utf8)
    } else {
      guard let format = PictureFormat(path: output) else {
        throw ValidationError("a picture's name ends in .svg, .pdf, .png or .dot, not '\(output)'")
      }
      try file.write(try Graphviz.shared.render(dot, as: format))
    }
  }
}
