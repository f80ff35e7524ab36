import ArgumentParser
import Nabla

/// `nabla emit`: C files that need nothing else.
struct EmitCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit", abstract: "Write a C file, a header and a test main for a function and its gradient.",
    discussion: """
      Example: nabla emit 'f(x, y) = x*sin(y)' -o out && cc -std=c11 -O2 out/*.c -lm
      """)

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Option(name: .shortAndLong, help: "The folder; it is made if it is not there.")
  var output: String

  func perform() throws {
    let formula = try input.bound(try input.formula(), at: point)
    try formula.requireSizes { "give it with --size \($0)=…" }
    let export = try formula.exported(at: try point.columns(for: formula).map { $0.flatMap(\.doubles) })
    try OutputFile.makeFolder(output)
    for (name, text) in export.files {
      let path = output.hasSuffix("/") ? output + name : "\(output)/\(name)"
      try OutputFile(path: path).write(text.utf8)
      print(path)
    }
  }
}
