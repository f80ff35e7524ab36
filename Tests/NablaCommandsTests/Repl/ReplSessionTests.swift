import Testing

@testable import NablaCommands

/// The interactive session without a terminal.
struct ReplSessionTests {
  private func outputs(_ lines: String...) -> [String] {
    var session = ReplSession()
    return lines.map { line in
      let answer = session.answer(line)
      return answer.problems.isEmpty ? answer.output : "! " + answer.problems
    }
  }

  @Test func `definitions are kept and expressions evaluated`() {
    #expect(outputs("f(x) = x^2", "f(3)", "a = 4", "f(a) + 1") == ["f", "9", "a", "17"])
  }

  @Test func `a definition may be replaced`() {
    #expect(outputs("f(x) = x", "f(2)", "f(x) = 10*x", "f(2)") == ["f", "2", "f", "20"])
  }

  @Test func `free names make a formula`() {
    #expect(outputs("x + x") == ["2*x"])
    #expect(outputs("f(x) = sin(x)", ":diff f", ":diff x*y") == ["f", "d/dx = cos(x)", "d/dx = y\nd/dy = x"])
  }

  @Test func `a mistake leaves the session as it was`() {
    let lines = outputs("f(x) = x", "f(x) = x +* 2", "f(5)")
    #expect(lines[1].hasPrefix("! "))
    #expect(lines[2] == "5")
  }

  @Test func `commands may be shortened, and unknown ones are named`() {
    var session = ReplSession()
    #expect(session.answer(":q").ends)
    #expect(session.answer(":nonsense").problems.contains(":nonsense"))
    #expect(session.answer(":diff").problems.contains("EXPR"))
    #expect(session.answer(":help").output.contains(":draw"))
  }

  @Test func `an open bracket asks for another line`() {
    #expect(ReplSession.isIncomplete("f(x) = (x +"))
    #expect(ReplSession.isIncomplete("f(x) {"))
    #expect(!ReplSession.isIncomplete("f(x) = x"))
    #expect(!ReplSession.isIncomplete(":load ("))
  }

  @Test func `a mistake is shown in what was typed`() {
    let lines = outputs("g(x) = x", "2 +* g(1)", "g(1, 2)", "h(x) = g(x, x)")
    #expect(lines[1].hasPrefix("! <input>:1:4: error") && lines[1].contains("1 | 2 +* g(1)"))
    #expect(lines[2].hasPrefix("! <input>:1:1: error") && lines[2].contains("1 | g(1, 2)"))
    #expect(lines[3].hasPrefix("! <input>:1:8: error") && lines[3].contains("1 | h(x) = g(x, x)"))
    #expect(!lines.contains { $0.contains("nabla_entry") })
  }

  @Test func `a mistake that a definition makes in another is shown there`() {
    let lines = outputs("f(x) = x", "g(x) = f(x)", "f(x, y) = x*y", "g(2)")
    #expect(lines[2].hasPrefix("! ") && lines[2].contains("g(x) = f(x)"))
    #expect(lines[3] == "2")
  }

  @Test func `comments and blank lines say nothing`() {
    #expect(outputs("# a remark", "", "  ", "2 # two") == ["", "", "", "2"])
  }

  @Test func `a definition of several names is replaced by any of them`() {
    #expect(outputs("(u, v) = (1, 2)", "u + v", "u = 5", "u") == ["u, v", "3", "u", "5"])
  }
}
