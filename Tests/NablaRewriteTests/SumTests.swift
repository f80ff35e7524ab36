import NablaGraph
import NablaRewrite
import Testing

struct SumTests {
  @Test(arguments: [
    ("0.5*x + 0.5*x", "x"),
    ("4*(0.25*x)", "x"),
    ("(x/4)/0.25", "x"),
    ("((x+y)-(y+x))+x", "x"),
    ("8*(5*x) - 3*(x + 3 + (12*x - x) - 17*x)", "55*x - 9"),
    ("x+x", "2*x"),
    ("x - x", "0"),
    ("3*(a+b*c)", "3*(a + b*c)"),
    ("-(a - b)", "b - a"),
    ("-(a + b)", "-(a + b)"),
    ("1 - x - y", "1 - (x + y)"),
    ("x/2 + y/2", "(x + y)/2"),
    ("pi + x + 1 + x", "2*x + (pi + 1)"),
    ("x*(y*2)*3", "6*(x*y)"),
    ("2*pi*x", "2*pi*x"),
    ("x*x*x", "x^3"),
    ("x*y/x", "y"),
    ("(x/s)^2", "(x/s)^2"),
    ("-((x-mu)/sigma)^2/2", "-((x - mu)/sigma)^2/2"),
    ("x^0.5*x^0.5", "x"),
    ("sqrt(4*x)", "2*sqrt(x)"),
    ("sqrt(x^2)", "abs(x)"),
    ("a/b/c", "a/(b*c)"),
    ("x*(b-a)", "x*(b - a)"),
    ("x - y*(b-a)", "x - y*(b - a)"),
    ("sin(-x) + cos(-x)", "cos(x) - sin(x)"),
    ("sin(b-a)", "sin(b - a)"),
    ("(x+1)^2 - x^2 - 2*x", "1"),
  ])
  func collects(_ text: String, _ expected: String) {
    #expect(Formula(text).rewritten(.canonicalise) == expected)
  }
}
