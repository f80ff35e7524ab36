import ArgumentParser
import Nabla
import NablaDiagnostics
import NablaLanguage

/// `nabla fmt`: a program in canonical layout.
struct FormatCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Print a program in canonical layout.",
    discussion: "Example: nabla fmt model.nabla --in-place")

  @Argument(help: SourceOptions.sourceHelp)
  var source: String

  @Flag(name: .long, help: "Rewrite the file instead of printing.")
  var inPlace = false

  @Flag(name: .long, help: "Print nothing; exit 1 if the layout is not canonical.")
  var check = false

  private var isInline: Bool { source != "-" && !source.hasSuffix(".nabla") }

  func perform() throws {
    var options = SourceOptions()
    options.source = source
    let text = try options.text()
    let formatted = try SourceFormatter.format(text)
    if check {
      // A program on the command line needs no newline at its end.
      let isCanonical = Array(formatted.utf8) == text.utf8 || (isInline && formatted == source + "\n")
      if !isCanonical { throw ExitStatus.failed }
    } else if inPlace {
      guard source.hasSuffix(".nabla") else { throw ValidationError("--in-place needs a file") }
      try OutputFile(path: source).write(formatted.utf8)
    } else {
      print(formatted, terminator: "")
    }
  }
}
