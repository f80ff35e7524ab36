import ArgumentParser
import Foundation
import Nabla
import NablaDiagnostics
import NablaLanguage

/// `nabla fmt`: a program in canonical layout.
struct FormatCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Print a program in canonical layout.",
    discussion: "Example: nabla fmt model.nabla --in-place")

  @Argument(help: "A .nabla file, '-' for standard input, or the program text itself.")
  var source: String

  @Flag(name: .long, help: "Rewrite the file instead of printing.")
  var inPlace = false

  @Flag(name: .long, help: "Print nothing; exit 1 if the layout is not canonical.")
  var check = false

  func perform() throws {
    var options = SourceOptions()
    options.source = source
    let text = try options.text()
    let formatted = try SourceFormatter.format(text)
    if check {
      if Array(formatted.utf8) != text.utf8 { throw ExitStatus.failed }
    } else if inPlace {
      guard source.hasSuffix(".nabla") else { throw ValidationError("--in-place needs a file") }
      try Data(formatted.utf8).write(to: URL(fileURLWithPath: source), options: .atomic)
    } else {
      print(formatted, terminator: "")
    }
  }
}
