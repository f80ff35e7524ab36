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
}
