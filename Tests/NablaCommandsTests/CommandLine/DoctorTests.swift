import Testing

@testable import NablaCommands

/// What is said about machines where something is missing, or does not work.
@Suite(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"))
struct DoctorTests {
  @Test func `a machine without a compiler is in order`() throws {
    let outcome = try CommandLineTests.run("nabla=$(command -v nabla); PATH=/none NABLA_CC= \"$nabla\" doctor")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.contains("compiler  none: no C compiler: none of"))
    #expect(outcome.output.contains("formulas run on closures; install a C compiler, or set NABLA_CC to one"))
    #expect(outcome.output.contains("draws svg, pdf, png"))
    #expect(outcome.output.contains("\ncores "))
  }

  @Test func `a compiler that makes nothing is found out`() throws {
    let outcome = try CommandLineTests.run(
      """
      printf '#!/bin/sh\\necho nothing 1.0\\n' >nothing; chmod +x nothing
      NABLA_CC="$PWD/nothing" nabla doctor
      """)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("compiler  ") && outcome.output.contains("kernel    fails: "))
  }

  @Test func `a compiler that is not there is named`() throws {
    let outcome = try CommandLineTests.run("NABLA_CC=/none/cc nabla doctor")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("none: the C compiler /none/cc"))
  }

  @Test(arguments: [
    (Duration.nanoseconds(5), "5 ns"), (.nanoseconds(39_428), "39.4 µs"), (.microseconds(1_234), "1.23 ms"),
    (.milliseconds(118), "118 ms"), (.seconds(3), "3 s"), (.seconds(75), "75 s"),
  ])
  func `times are short`(_ duration: Duration, _ text: String) { #expect(DurationText.text(duration) == text) }
}
