import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Printing expressions` {
  /// A graph to build in and the text of what was built.
  final class Pad {
    var graph = Graph()

    func input(_ name: String, _ type: TensorType = TensorType()) -> NodeID { graph.parameter(name, type) }
    func number(_ value: Rational) -> NodeID { graph.constant(.rational(value)) }
    func apply(_ f: Elementwise, _ operands: NodeID...) -> NodeID { graph.apply(f, operands) }
    func text(_ id: NodeID, _ style: ExpressionStyle = .text) -> String { ExpressionPrinter(style).print(graph, id) }
  }

  @Test func `writes the seed's formula without needless brackets`() {
    let pad = Pad()
    let (a, b, c) = (pad.input("a"), pad.input("b"), pad.input("c"))
    let three = pad.number(3)
    let f = pad.apply(.multiply, three, pad.apply(.add, a, pad.apply(.multiply, b, c)))
    #expect(pad.text(f) == "3*(a + b*c)")
    #expect(pad.text(f, .unicode) == "3·(a + b·c)")
    #expect(pad.text(f, .latex) == #"3 \left(a + b \cdot c\right)"#)
  }

  @Test func `names a size that is used as a number`() throws {
    let text = "f(x: [n, k]) = sum(x)/(k*n)"
    let program = try Module(checking: SourceText(text)).program("f")
    let printed = ExpressionPrinter(.text).print(program.graph, program.rootNodes[0])
    #expect(printed == "sum(x)/(k*n)")
    let again = try Module(checking: SourceText("f(x: [n, k]) = \(printed)")).program("f")
    #expect(again.text == program.text)
  }

  @Test func `takes signs over`() {
    let pad = Pad()
    let (x, y) = (pad.input("x"), pad.input("y"))
    let xy = pad.apply(.multiply, x, y)
    let minus = pad.apply(.negate, xy)
    #expect(pad.text(minus) == "-x*y")
    #expect(pad.text(pad.apply(.add, x, minus)) == "x - x*y")
    #expect(pad.text(pad.apply(.subtract, x, minus)) == "x + x*y")
    #expect(pad.text(pad.apply(.multiply, x, minus)) == "x*(-x*y)")
    #expect(pad.text(pad.apply(.negate, pad.apply(.add, x, y))) == "-(x + y)")
    #expect(pad.text(pad.apply(.negate, pad.apply(.power, x, pad.number(2)))) == "-x^2")
    #expect(pad.text(pad.apply(.power, pad.apply(.negate, x), pad.number(2))) == "(-x)^2")
    #expect(pad.text(pad.apply(.negate, pad.apply(.negate, x))) == "-(-x)")
    #expect(pad.text(pad.apply(.add, x, pad.number(-3))) == "x - 3")
    #expect(pad.text(pad.apply(.multiply, pad.number(-1), x)) == "-x")
    #expect(pad.text(pad.apply(.multiply, x, pad.number(-3))) == "x*(-3)")
    #expect(pad.text(pad.apply(.power, pad.number(-3), x)) == "(-3)^x")
    #expect(pad.text(pad.apply(.add, x, pad.apply(.multiply, pad.number(-3), y))) == "x - 3*y")
    #expect(pad.text(pad.apply(.exp, pad.apply(.negate, x))) == "exp(-x)")
  }

  @Test func `keeps the structure of differences, quotients and powers`() {
    let pad = Pad()
    let (a, b, c) = (pad.input("a"), pad.input("b"), pad.input("c"))
    #expect(pad.text(pad.apply(.subtract, a, pad.apply(.subtract, b, c))) == "a - (b - c)")
    #expect(pad.text(pad.apply(.subtract, pad.apply(.subtract, a, b), c)) == "a - b - c")
    #expect(pad.text(pad.apply(.add, a, pad.apply(.add, b, c))) == "a + (b + c)")
    #expect(pad.text(pad.apply(.divide, a, pad.apply(.multiply, b, c))) == "a/(b*c)")
    #expect(pad.text(pad.apply(.multiply, pad.apply(.divide, a, b), c)) == "a/b*c")
    #expect(pad.text(pad.apply(.divide, a, pad.apply(.divide, b, c))) == "a/(b/c)")
    #expect(pad.text(pad.apply(.power, a, pad.apply(.power, b, c))) == "a^b^c")
    #expect(pad.text(pad.apply(.power, pad.apply(.power, a, b), c)) == "(a^b)^c")
    #expect(pad.text(pad.apply(.power, a, pad.apply(.multiply, b, c))) == "a^(b*c)")
    #expect(pad.text(pad.apply(.power, a, pad.number(Rational(3, 2)))) == "a^(3/2)")
    #expect(pad.text(pad.apply(.power, a, pad.number(-2))) == "a^-2")
    #expect(pad.text(pad.apply(.multiply, a, pad.apply(.power, b, pad.number(2)))) == "a*b^2")
    #expect(pad.text(pad.apply(.power, pad.apply(.sqrt, a), pad.number(2)), .unicode) == "(√a)²")
    #expect(pad.text(pad.apply(.sqrt, pad.apply(.power, a, pad.number(2))), .unicode) == "√(a²)")
    #expect(pad.text(pad.apply(.power, a, pad.number(-12)), .unicode) == "a⁻¹²")
  }

  @Test func `writes rational coefficients as fractions`() {
    let pad = Pad()
    let (x, y) = (pad.input("x"), pad.input("y"))
    func times(_ c: Rational, _ id: NodeID) -> NodeID { pad.apply(.multiply, pad.number(c), id) }
    let third = times(Rational(1, 3), x)
    #expect(pad.text(third) == "x/3")
    #expect(pad.text(times(Rational(2, 3), x)) == "2*x/3")
    #expect(pad.text(times(Rational(-1, 2), x)) == "-x/2")
    #expect(pad.text(pad.apply(.add, y, times(Rational(-2, 3), x))) == "y - 2*x/3")
    #expect(pad.text(pad.apply(.multiply, times(Rational(2, 3), x), y)) == "2*x*y/3")
    #expect(pad.text(pad.apply(.divide, times(Rational(2, 3), x), y)) == "2*x/(3*y)")
    #expect(pad.text(pad.apply(.multiply, x, pad.number(Rational(1, 3)))) == "x/3")
    #expect(pad.text(pad.apply(.multiply, x, pad.number(Rational(2, 3)))) == "x*2/3")
    #expect(pad.text(pad.apply(.add, x, pad.number(Rational(1, 3)))) == "x + 1/3")
    #expect(pad.text(times(Rational(1, 10), x)) == "0.1*x")
    #expect(pad.text(pad.number(Rational(1, 1_000_000))) == "1e-6")
    #expect(pad.text(pad.number(Rational(-5, 4))) == "-5/4")
    #expect(pad.text(times(Rational(1, 3), pad.apply(.add, x, y))) == "(x + y)/3")
    #expect(pad.text(times(Rational(-2, 3), x), .latex) == #"-\frac{2 x}{3}"#)
    #expect(pad.text(pad.apply(.subtract, y, third), .latex) == #"y - \frac{x}{3}"#)
  }

  @Test func `moves constants of comparisons to the right`() {
    let pad = Pad()
    let (x, y) = (pad.input("x"), pad.input("y"))
    let positive = pad.apply(.less, pad.number(0), x)
    #expect(pad.text(positive) == "x > 0")
    #expect(pad.text(pad.apply(.lessEqual, pad.number(0), x), .unicode) == "x ≥ 0")
    #expect(pad.text(pad.apply(.lessEqual, pad.number(0), x), .latex) == #"x \ge 0"#)
    let both = pad.apply(.and, positive, pad.apply(.not, pad.apply(.less, x, y)))
    #expect(pad.text(both) == "x > 0 and not x < y")
    #expect(pad.text(pad.apply(.select, both, x, y)) == "where(x > 0 and not x < y, x, y)")
    #expect(pad.text(pad.apply(.equal, positive, both)) == "(x > 0) == (x > 0 and not x < y)")
  }

  @Test func `names shared parts as soon as that is shorter`() {
    let pad = Pad()
    let (w, x, b) = (pad.input("w"), pad.input("x"), pad.input("bias"))
    let short = pad.apply(.sigmoid, x)
    let one = pad.number(1)
    let slope = pad.apply(.multiply, short, pad.apply(.subtract, one, short))
    #expect(pad.text(slope) == "sigmoid(x)*(1 - sigmoid(x))")
    let long = pad.apply(.sigmoid, pad.apply(.add, pad.apply(.multiply, w, pad.apply(.cosh, x)), b))
    let longSlope = pad.apply(.multiply, long, pad.apply(.subtract, one, long))
    #expect(pad.text(longSlope) == "t1*(1 - t1) where t1 = sigmoid(w*cosh(x) + bias)")
    #expect(pad.text(longSlope, .unicode) == "t1·(1 - t1) where t1 = σ(w·cosh(x) + bias)")
  }

  @Test func `forty squarings print`() {
    let pad = Pad()
    var x = pad.input("x")
    for _ in 0..<40 { x = pad.apply(.multiply, x, x) }
    let text = pad.text(x)
    #expect(text.count < 1000)
    for style in ExpressionStyle.allCases { #expect(pad.text(x, style).count < 4000) }
  }

  @Test(arguments: ExpressionStyle.allCases) func `long and deep chains print`(style: ExpressionStyle) {
    let pad = Pad()
    let x = pad.input("x")
    let third = pad.number(Rational(1, 3))
    var (nested, flat, product) = (x, x, third)
    for index in 0..<2_000 {
      nested = pad.apply(.sin, nested)
      flat = pad.apply(.add, flat, pad.number(Rational(index)))
      product = pad.apply(.multiply, product, x)
    }
    for root in [nested, flat, product] { #expect(pad.text(root, style).utf8.count < 100_000) }
  }

  @Test func `a hundred thousand nested calls print`() {
    let pad = Pad()
    var x = pad.input("x")
    for _ in 0..<100_000 { x = pad.apply(.sin, x) }
    let text = pad.text(x)
    #expect(text.utf8.count < 1_000_000)
    #expect(!text.contains(String(repeating: "(", count: 2)))
  }

  @Test func `names of the text are taken over where they are free`() {
    let pad = Pad()
    let (x, y) = (pad.input("x"), pad.input("beta"))
    func shared(_ name: String, _ id: NodeID) -> NodeID {
      pad.graph.addOrigin(Origin(name: name), to: id)
      return pad.apply(.multiply, id, pad.apply(.exp, pad.apply(.cos, id)))
    }
    let long = pad.apply(.tanh, pad.apply(.add, x, pad.apply(.multiply, y, y)))
    #expect(pad.text(shared("u", long)) == "u*exp(cos(u)) where u = tanh(x + beta*beta)")
    let taken = pad.apply(.tanh, pad.apply(.subtract, x, pad.apply(.multiply, y, y)))
    #expect(pad.text(shared("x", taken)) == "t1*exp(cos(t1)) where t1 = tanh(x - beta*beta)")
    let builtIn = pad.apply(.tanh, pad.apply(.divide, x, pad.apply(.multiply, y, y)))
    #expect(pad.text(shared("sin", builtIn)) == "t1*exp(cos(t1)) where t1 = tanh(x/(beta*beta))")
  }

  @Test func `a declared name hides a constant, and gives way to a function`() {
    let pad = Pad()
    let (e, sine) = (pad.input("e"), pad.input("sin"))
    let euler = pad.graph.constant(.e)
    #expect(pad.text(pad.apply(.multiply, euler, e)) == "exp(1)*e")
    #expect(pad.text(pad.apply(.add, sine, e)) == "sin + e")
    #expect(pad.text(pad.apply(.sin, sine)) == "sin(sin_)")
  }
}
