import ArgumentParser
import Foundation
import Nabla
import NablaGraph

/// `nabla repl`: definitions and expressions, one line after the other.
struct ReplCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl", abstract: "Work interactively; a script on a pipe runs without prompts.",
    discussion: "Example: printf 'f(x) = x^2\\n:diff f\\n' | nabla repl")

  func perform() throws {
    let isInteractive = isatty(STDIN_FILENO) == 1
    var hasFailed = false
    /// - Returns: whether the session ends.
    func report(_ answer: ReplSession.Answer) -> Bool {
      if !answer.output.isEmpty { print(answer.output) }
      if !answer.problems.isEmpty { StandardError.write(answer.problems) }
      fflush(nil)
      hasFailed = hasFailed || !answer.problems.isEmpty
      return answer.ends
    }
    var session = ReplSession()
    let history = History()
    let words = Elementwise.allCases.map(\.name) + ReplDirective.all.map(\.name)
    let known = CompletionWords(words)
    var editor = LineEditor(history: isInteractive ? history.load() : []) { known.completions(of: $0) }
    if isInteractive { print("Nabla \(NablaVersion.text)   :help lists the commands, ^D leaves") }
    var pending = ""
    loop: while true {
      switch editor.read(pending.isEmpty ? "> " : ". ") {
      case .interrupted:
        pending = ""
        continue
      case .end:
        if !pending.isEmpty { _ = report(session.answer(pending)) }
        break loop
      case .line(let line):
        let text = pending.isEmpty ? line : pending + "\n" + line
        if ReplSession.isIncomplete(text), !(isInteractive && line.isEmpty) {
          pending = text
          continue
        }
        pending = ""
        editor.remember(text.replacingOccurrences(of: "\n", with: " "))
        if report(session.answer(text)) { break loop }
        known.learn(session.names)
      }
    }
    if isInteractive { return history.save(editor.history) }
    // Who runs a script wants to know.
    if hasFailed { throw ExitStatus.failed }
  }
}
