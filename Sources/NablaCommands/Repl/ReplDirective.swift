import Foundation
import Nabla
import NablaDiagnostics
import NablaGraphviz
import NablaLanguage

/// The commands of the interactive session, each in one row.
struct ReplDirective: Sendable {
  let name: String
  let argument: String
  let help: String
  private let perform: @Sendable (String, inout ReplSession) throws -> ReplSession.Answer

  static let all: [ReplDirective] = [
    .init(name: ":help", argument: "", help: "this list") { _, _ in .init(output: help) },
    .init(name: ":show", argument: "EXPR", help: "an expression or function, simplified") { text, session in
      .init(output: try session.expression(text).simplifiedText(.unicode))
    },
    .init(name: ":latex", argument: "EXPR", help: "the same in LaTeX") { text, session in
      .init(output: try session.expression(text).simplifiedText(.latex))
    },
    .init(name: ":diff", argument: "EXPR", help: "its partial derivatives") { text, session in
      let formula = try session.expression(text)
      let lines = try formula.derivativeTexts(by: nil, order: 1, .text).map { "d/d\($0.name) = \($0.text)" }
      return .init(output: lines.joined(separator: "\n"))
    },
    .init(name: ":draw", argument: "EXPR [-o FILE]", help: "its picture, as SVG, PDF or PNG") { text, session in
      try draw(text, session)
    },
    .init(name: ":time", argument: "EXPR", help: "how long parsing, differentiating and evaluating take") {
      text, session in
      try time(text, session)
    },
    .init(name: ":list", argument: "", help: "the definitions so far") { _, session in
      .init(output: session.listing)
    },
    .init(name: ":load", argument: "FILE", help: "read definitions from a file") { path, session in
      try session.evaluate(SourceText(utf8: try SourceFile(path: path).bytes(), name: path))
    },
    .init(name: ":clear", argument: "", help: "forget all definitions") { _, session in
      session.clear()
      return .init()
    },
    .init(name: ":quit", argument: "", help: "leave (so does ^D)") { _, _ in .init(ends: true) },
  ]

  private static let help =
    "a definition is kept, an expression is evaluated; a line that is not complete goes on in the next\n"
    + all.map { row in
      "\(row.name) \(row.argument)".padding(toLength: 24, withPad: " ", startingAt: 0) + row.help
    }.joined(separator: "\n")

  /// The command that is meant by a line without a colon, as other interactive programs have them: its name alone, or a
  /// name before what the language has no meaning for. A name of the user's is no command.
  static func meant(by line: String, names: [String]) -> String? {
    let parts = line.split(separator: " ", maxSplits: 1)
    guard var name = parts.first.map(String.init) else { return nil }
    if parts.count == 1, name.hasSuffix("()") { name.removeLast(2) }
    if name == "exit" { name = "quit" }
    guard !names.contains(name), let directive = all.first(where: { $0.name == ":\(name)" }) else { return nil }
    if parts.count == 1 { return directive.argument.isEmpty ? directive.name : nil }
    let isLanguage = !Parser.parse(SourceText(line)).diagnostics.contains { $0.severity == .error }
    return isLanguage ? nil : "\(directive.name) \(parts[1])"
  }

  static func run(_ line: String, in session: inout ReplSession) throws -> ReplSession.Answer {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    let name = String(parts[0])
    // An unambiguous beginning is enough.
    let matches =
      all.filter { $0.name == name }.isEmpty ? all.filter { $0.name.hasPrefix(name) } : all.filter { $0.name == name }
    guard matches.count == 1, let directive = matches.first else {
      throw Diagnostic("repl.unknown-command", "no command '\(name)'; ':help' lists them")
    }
    let argument = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
    if argument.isEmpty, !directive.argument.isEmpty {
      throw Diagnostic("repl.argument", "'\(directive.name)' wants \(directive.argument)")
    }
    return try directive.perform(argument, &session)
  }

  private static func draw(_ text: String, _ session: ReplSession) throws -> ReplSession.Answer {
    var expression = text
    var path = "nabla.svg"
    if let option = text.range(of: " -o ") {
      expression = String(text[..<option.lowerBound])
      path = text[option.upperBound...].trimmingCharacters(in: .whitespaces)
    }
    guard let format = PictureFormat(path: path) else {
      throw Diagnostic("draw.format", "a picture's name ends in .svg, .pdf or .png, not '\(path)'")
    }
    let picture = try Graphviz.shared.render(try session.expression(expression).dot(), as: format)
    try OutputFile(path: path).write(picture)
    return .init(output: path)
  }

  private static func time(_ text: String, _ session: ReplSession) throws -> ReplSession.Answer {
    let clock = ContinuousClock()
    var formula: Formula?
    let checking = try clock.measure { formula = try session.expression(text) }
    guard let formula else { return .init() }
    if formula.parameters.isEmpty {
      var shown = ""
      let evaluating = try clock.measure { shown = try ReplSession.show(formula) }
      return .init(output: "\(shown)\ncheck \(DurationText.text(checking)), evaluate \(DurationText.text(evaluating))")
    }
    let differentiating = try clock.measure { _ = try formula.differentiated([.value, .gradient]) }
    return .init(output: "check \(DurationText.text(checking)), differentiate \(DurationText.text(differentiating))")
  }
}
