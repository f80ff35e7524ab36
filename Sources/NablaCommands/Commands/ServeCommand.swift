import ArgumentParser
import Nabla

/// `nabla serve --stdio`: JSON lines, for other programs and languages.
struct ServeCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer requests, one JSON object a line, on standard input and output.",
    discussion: """
      Example: echo '{"id":1,"source":"f(x)=x^2","want":["gradient"],"at":{"x":3}}' | nabla serve --stdio
      """)

  @Flag(name: .long, help: "Talk over standard input and output; the only way there is.")
  var stdio = false

  func perform() throws {
    guard stdio else { throw ValidationError("say how to talk: --stdio") }
    ServeLoop().run()
  }
}
