import Testing

/// The session as a program: a script on a pipe.
@Suite(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"))
struct ReplScriptTests {
  @Test func `a script runs without prompts, in order, and goes on after mistakes`() throws {
    let outcome = try CommandLineTests.run(
      """
      nabla repl 2>problems <<'END' || echo "status $?"
      # a script
      f(x) = x^2
      f(
        3)
      nonsense(
      )
      :diff f
      :nothing
      g(x) {
        u = f(x)
        u + 1
      }
      g(2)
      :quit
      never
      END
      cat problems
      """)
    #expect(outcome.output.hasPrefix("f\n9\nd/dx = 2*x\ng\n5\nstatus 1\n"), "\(outcome.output)")
    #expect(outcome.output.contains("nonsense") && outcome.output.contains("no command ':nothing'"))
    #expect(!outcome.output.contains("> ") && !outcome.output.contains("never"))
  }

  @Test func `mistakes show in the status`() throws {
    #expect(try CommandLineTests.run("echo 1+1 | nabla repl").status == 0)
    #expect(try CommandLineTests.run(#"printf '1 +* 2\n3\n' | nabla repl"#).status == 1)
    #expect(try CommandLineTests.run("printf 'f(x) = (x' | nabla repl").errors.contains("never closed"))
  }

  @Test func `commands are known without their colon where nothing else is meant`() throws {
    let outcome = try CommandLineTests.run(
      #"printf 'f(x) = x^2\ndiff f\ntime = 3\ntime\nshow f\nlist + 1\nquit()\nnever\n' | nabla repl"#)
    #expect(outcome.output == "f\nd/dx = 2*x\ntime\n3\nx²\nlist + 1\n", "\(outcome.output)\(outcome.errors)")
    #expect(try CommandLineTests.run(#"printf 'help\nexit\nnever\n' | nabla repl"#).output.contains(":quit"))
  }

  @Test func `files are loaded, listed and drawn`() throws {
    let outcome = try CommandLineTests.run(
      #"""
      printf '\357\273\277# two\r\nf(x) = x^2\r\ng(x) = 2*f(x)\r\n' >two.nabla
      printf ':load two.nabla\ng(3)\ng(x) = f(x)\ng(3)\n:list\n:draw g -o g.svg\n:time g\n:clear\n:list\n' | nabla repl
      grep -c '<svg' g.svg
      printf ':load none.nabla\n:draw 1 -o no/g.svg\n' | nabla repl 2>&1
      """#)
    #expect(outcome.output.hasPrefix("f, g\n18\ng\n9\nf(x) = x^2\ng(x) = f(x)\ng.svg\ncheck "), "\(outcome.output)")
    #expect(outcome.output.contains("\n1\nerror: cannot read 'none.nabla': no such file or directory\n"))
    #expect(outcome.output.contains("cannot write 'no/g.svg': no such file or directory"))
  }
}
