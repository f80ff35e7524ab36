import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Plots of what nobody would plot, and the options that shape them.
@Suite(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"))
struct PlotTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: String
    /// A part of what is said; nothing may be said where this is empty.
    let said: String

    init(_ arguments: String, _ said: String = "") {
      self.arguments = arguments
      self.said = said
    }

    var testDescription: String { arguments }
  }

  private static let points = "'p() = [[nan, 1], [2, 3]]\ncost(x, y) = x^2 + y^2'"

  /// Pictures all the same: what cannot be seen is said.
  @Test(arguments: [
    Case("'f(x) = x'"), Case("'f(x) = x' --over x=1..1.0000000000000002"),
    Case("'f(x) = exp(x)' --over x=-1e300..1e300"),
    Case("'f(x) = 1/x' --derivative"), Case("'f(x) = 1/0*x'", "note: no value of 'f' is finite here"),
    Case("'f(x) = log(x)' --over x=-5..-1", "note: no value of 'f' is finite here"),
    Case("'f(x) = x' --log y", "are not positive; a logarithmic axis leaves them out"),
    Case("'f(x) = x' --log xy --over x=1e-300..1e300"), Case("'f() = 3'"), Case("'f() = [true, false]'"),
    Case("'f(n: [k]) = n' --at 'n=[nan]'", "note: no value of 'f' is finite here"),
    Case("'f(n: [k]) = n' --at 'n=[1e308, -1e308]'"), Case("'f(n: [k]) = n' --at 'n=[7]' --kind lines"),
    Case("'f() = arange(100000)'"), Case("'f() = ones(200, 300)'"), Case("'f(x, y) = 1/(x - y)'"),
    Case("\(points) --path p"), Case("'cost(x, y) = x^2 + y^2' --start x=1,y=1e200"),
    Case("'<&>\"' --title '<script>&\"' 2>/dev/null || nabla plot 'f(x) = x' --title '<script>&\"' --x-label '<'"),
    Case(
      "'x^2 + 8*y^2' --start x=1,y=1 --method 'gradient,sgd(0.03),momentum(0.01, momentum: 0.8),adam(0.1)' --steps 20"),
    Case("'f(x, y, a = 2) = a*x^2 + y^2' --at a=3 --start x=1,y=1 --method rmsprop"),
    Case("'f(x, y) = x*y' --equal --over x=0..1,y=0..1000 --width 300"),
    Case("'f(x) = (x, x^2)' --panels --derivative --height 200"),
  ])
  func `a plot of anything is a picture`(_ example: Case) throws {
    let outcome = try CommandLineTests.run("nabla plot \(example.arguments)")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(example.said.isEmpty ? outcome.errors.isEmpty : outcome.errors.contains(example.said), "\(outcome.errors)")
    #expect(XMLParser(data: Data(outcome.output.utf8)).parse(), "no XML")
    #expect(!outcome.output.contains("nan\"") && !outcome.output.contains("\"inf"))
    #expect(!outcome.output.contains("<script"))
  }

  @Test(arguments: [
    Case("'f(n: [k]) = n' --at 'n=[]'", "'f' is empty, f64[0]: there is nothing to draw"),
    Case("'f(n: [k, l]) = n' --at 'n=[[]]' --kind heat", "there is nothing to draw"),
    Case("'f(x) = x' --over x=1..1", "the range of 'x' is empty"),
    Case("'f(x) = x' --over x=2..1", "the range of 'x' is empty"),
    Case("'f(x) = x' --over x=-1.7e308..1.7e308", "too wide for a number"),
    Case("'f(x) = x' --over x=1..nan", "has numbers for ends, not 'nan'"),
    Case("'f(x) = x' --over x=1..", "has two ends"), Case("'f(x) = x' --over x=1", "takes NAME=FROM..TO"),
    Case("'f(x) = x' --over y=1..2", "'y' is no free number"), Case("'f(x) = x' --log x", "has no room for 0"),
    Case("'f(x) = x' --log z", "--log is x, y or xy, not 'z'"), Case("'f(x, y) = x*y' --log y", "--log is for curves"),
    Case("'f(x, y, z) = x*y*z'", "not x, y, z: --at gives the others"),
    Case("'f(x) = x' --kind contour", "two free numbers, not x"),
    Case("'f(x, y) = x*y' --kind curve", "one free number"),
    Case("'f(x) = x' --method newton", "--method is for contours"),
    Case("'f(x, y) = x*y' --panels", "--panels is for curves"),
    Case("'f() = ones(2000, 8, 8)'", "has 2000 pictures"),
    Case("'f() = arange(1000)' --kind bars", "bars show up to 200"),
    Case("'f() = ones(2, 2, 2, 2)'", "cannot show an array of 4 axes"),
    Case("'p() = zeros(0, 2)\ncost(x, y) = x^2 + y^2' --path p", "'p' has no points"),
    Case("'p() = [1.0, 2]\ncost(x, y) = x^2 + y^2' --path p", "its value is not an array [n, 2]"),
    Case("'cost(x, y) = x^2 + y^2' --start x=1", "a start is needed: --start x=…,y=…"),
    Case(
      "'cost(x, y) = x^2 + y^2' --start x=1,y=1 --method foo",
      "'foo' is neither one of gradient, bfgs, lbfgs, newton nor"),
    Case("'cost(x, y) = x^2 + y^2' --start x=1,y=1 --method 'adam(speed: 1)'", "nor an update rule such as adam(0.1)"),
    Case("'cost(x, y) = x^2 + y^2' --start x=1,y=1 --method softmax", "nor an update rule such as adam(0.1)"),
    Case("'cost(x, y) = x^2 + y^2' --start x=1,y=1 --steps 0", "--steps is between 1 and 100000"),
    Case("'f(x) = x' --width 5", "--width is between 100 and 10000"),
    Case("'f(x) = x' -o f.png", "ends in .svg or .csv"),
    Case("'f(x) = x' -o f.svg --format csv", "does not go with 'f.svg'"),
    Case("'net(x: [m, 4]) = x |> dense(3)' --kind units --format csv", "no table of numbers"),
  ])
  func `what cannot be drawn is said`(_ example: Case) throws {
    let outcome = try CommandLineTests.run("nabla plot \(example.arguments)")
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.output)")
    #expect(outcome.errors.contains(example.said), "\(outcome.errors)")
  }

  @Test func `sizes, labels and numbers`() throws {
    let outcome = try CommandLineTests.run(
      """
      nabla plot 'f(x) = x^2' --width 600 -o a.svg
      nabla plot 'f(x) = x^2' --width 600 -o b.svg
      cmp a.svg b.svg
      head -n 1 a.svg
      nabla plot 'f(x) = x^2' --width 300 --height 700 --x-label 'length <m>' | grep -o 'length .*m'
      nabla plot 'f(x) = x^2' --over x=0..1 --derivative --format csv | sed -n '1p;402p;$p'
      nabla plot 'f() = (a, b) where a = [1, 2], b = [0.5]' -o bars.csv && cat bars.csv
      printf '{"epoch":1,"loss":3}\\n{"epoch":2,"loss":2}\\n' >first.jsonl
      printf '{"epoch":1,"loss":4}\\n{"epoch":2,"loss":1}\\n' >second_run.jsonl
      nabla plot first.jsonl,second_run.jsonl | grep -o '>second run<'
      """)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.output.contains("width=\"600\" height=\"409.09\""), "\(outcome.output)")
    let lines = outcome.output.split(separator: "\n").suffix(8)
    #expect(
      Array(lines) == [
        "length &lt;m", "x,f,f′", "0.5,0.25,1.0", "1.0,1.0,2.0", "category,a,b", "0,1.0,0.5", "1,2.0,", ">second run<",
      ])
  }
}
