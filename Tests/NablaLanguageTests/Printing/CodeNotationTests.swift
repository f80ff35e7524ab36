import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Printing code` {
  private static func logistic() -> Program {
    var graph = Graph()
    let (w, x, b) = (graph.parameter("w"), graph.parameter("x"), graph.parameter("b"))
    let z = graph.apply(.add, graph.apply(.multiply, w, x), b)
    let a = graph.apply(.sigmoid, z)
    let slope = graph.apply(.multiply, a, graph.apply(.subtract, graph.constant(.one), a))
    return Program(graph: graph, inputs: [w, x, b], roots: [.init("value", a), .init("da/dz", slope)])
  }

  @Test func `a C function writes several results through pointers`() {
    #expect(
      ExpressionPrinter(.c).print(`Printing code`.logistic(), named: "sin") == """
        #include <math.h>
        #include "nabla_math.h"

        void sin_(double w, double x, double b, double *value, double *da_dz) {
          const double t1 = nabla_sigmoid(w * x + b);
          *value = t1;
          *da_dz = t1 * (1.0 - t1);
        }
        """)
  }

  @Test func `a Swift function returns a tuple`() {
    #expect(
      ExpressionPrinter(.swift).print(`Printing code`.logistic(), named: "slope") == """
        import CNablaMath
        import Foundation

        func slope(_ w: Double, _ x: Double, _ b: Double) -> (value: Double, da_dz: Double) {
          let t1 = nabla_sigmoid(w * x + b)
          return (value: t1, da_dz: t1 * (1.0 - t1))
        }
        """)
  }

  @Test func `names become identifiers`() {
    var graph = Graph()
    let inputs = ["int", "θ", "exp", "a b", "a.b", "", "2x", "\"; system(\"rm\"); \""].map { graph.parameter($0) }
    var sum = graph.apply(.exp, inputs[0])
    for input in inputs.dropFirst() { sum = graph.apply(.add, sum, input) }
    let program = Program(graph: graph, inputs: inputs, roots: [.init("value", sum)])
    #expect(
      ExpressionPrinter(.c).print(program) == """
        #include <math.h>

        double f(double int_, double theta, double exp_, double a_b, double a_b_, double _x, double _2x, \
        double ___system__rm_____) {
          return exp(int_) + theta + exp_ + a_b + a_b_ + _x + _2x + ___system__rm_____;
        }
        """)
  }

  @Test func `constants keep their exact parts`() {
    var graph = Graph()
    func text(_ value: Constant, _ element: ElementType = .f64) -> String {
      let id = graph.constant(value, element)
      return ExpressionPrinter(.c).print(graph, id)
    }
    #expect(text(.rational(Rational(-2, 3))) == "-2.0 / 3.0")
    #expect(text(.rational(Rational(1, 10))) == "0.1")
    #expect(text(.rational(Rational(1, 3)), .f32) == "1.0f / 3.0f")
    #expect(text(.pi) == "3.141592653589793")
    #expect(text(.nan) == "NAN")
    #expect(text(.bits((-Double.infinity).bitPattern)) == "-INFINITY")
    #expect(text(.bits((-0.0).bitPattern)) == "-0.0")
    #expect(text(Constant(7), .i64) == "7")
    #expect(text(.boolean(true), .bool) == "1")
  }

  @Test func `conditions and signs keep their brackets`() {
    var graph = Graph()
    let (x, y) = (graph.parameter("x"), graph.parameter("y"))
    let less = graph.apply(.less, x, y)
    let both = graph.apply(.and, less, graph.apply(.not, graph.apply(.equal, x, y)))
    let minus = graph.apply(.negate, graph.apply(.multiply, x, y))
    let root = graph.apply(.select, both, graph.apply(.subtract, x, minus), graph.apply(.negate, minus))
    #expect(ExpressionPrinter(.c).print(graph, root) == "x < y && !(x == y) ? x - (-(x * y)) : -(-(x * y))")
  }

  @Test func `arrays are no scalar code`() {
    var graph = Graph()
    let x = graph.parameter("x", TensorType(.f64, Shape([3])))
    let sum = graph.append(.reduce(.sum, axes: [0]), [x], type: TensorType())
    #expect(!ExpressionPrinter(.c).canExpress(graph, [sum]))
    #expect(ExpressionPrinter(.text).canExpress(graph, [sum]))
    #expect(ExpressionPrinter(.text).print(graph, sum) == "sum(x)")
  }
}
