import Foundation
import NablaGraph
import Testing

@testable import NablaLanguage

/// The derivatives of the language; values from calculus by hand.
@Suite struct `Derivatives in the language` {
  @Test func `primes of functions, built-ins and functions with defaults`() throws {
    let program = Checked(
      """
      g(x) = sin(x)^2
      g1(x) = g'(x)
      g2(x) = g''(x)
      s5(x) = sin'''''(x)
      gauss(x, mu = 0, sigma = 1) = exp(-((x - mu)/sigma)^2/2)
      d(x) = gauss'(x, 0, 2) + gauss'(x) + gauss'(x, sigma: 2)
      only(x = 3) = x^2
      o(x) = only'(x)
      """)
    let x = 0.7
    #expect(isClose(try program.value("g1", x), Foundation.sin(2 * x)))
    #expect(isClose(try program.value("g2", x), 2 * Foundation.cos(2 * x)))
    #expect(isClose(try program.value("s5", x), Foundation.cos(x)))
    let wide = -x / 4 * Foundation.exp(-x * x / 8)
    #expect(isClose(try program.value("d", x), 2 * wide - x * Foundation.exp(-x * x / 2)))
    #expect(try program.value("o", 5) == 10)
  }

  @Test func `gradients by all parameters, by some, and by defaults`() throws {
    let program = Checked(
      """
      f(x, y, n: i64, z = 2) = x^2*y + z*n
      a(x, y) = grad(f)(x, y, 3)
      b(x, y) = grad(f, y)(x, y, 3)
      c(x, y) = grad(f, (z, x))(x, y, n: 3)
      same(x) = grad(product)(x, x)
      product(x, y) = x*y
      second(x) = grad(grad(product, x), y)(x, x)
      """)
    let point = [Tensor(3), Tensor(5)]
    #expect(try program.results("a", point) == ["x": Tensor(30), "y": Tensor(9), "z": Tensor(3)])
    #expect(try program.results("b", point) == ["value": Tensor(9)])
    #expect(try program.results("c", point) == ["z": Tensor(3), "x": Tensor(30)])
    #expect(try program.results("same", [Tensor(7)]) == ["x": Tensor(7), "y": Tensor(7)])
    #expect(try program.value("second", 7) == 1)
  }

  @Test func `expressions by names in scope`() throws {
    let program = Checked(
      """
      slope(x, k) = diff(x^k * exp(-x), x)
      mixed(x, y) = diff(x^3*y^2, x, y)
      third(x) = diff(x^5, x, 3)
      sign(x, y) = ∂(x*y, y)
      local(x) = diff(sin(x^2), z) + diff(z^3, z) where z = x^2
      total(x) = diff(y*x, x) where y = u^2, u = sin(x)
      chain(x) { z = x^2; y = sin(z); diff(y + x^2, z) }
      twice(x) { z = x^2; d = diff(z^3, z); diff(d, z) }
      outer(x) = inner(2) where inner(t) = diff(t*y^2, y), y = 3*x
      apart(x) = product(x, x)
      product(a, b) = diff(a*b^2, b)
      known(x) { k = 3; x*diff(k^2, k) }
      again(x) { y = diff(x^2, x); diff(y^2, x) }
      """)
    let x = 0.7
    #expect(
      isClose(try program.value("slope", x, 3), (3 * x * x - x * x * x) * Foundation.exp(-x)))
    #expect(isClose(try program.value("mixed", 2, 3), 12 * 6))
    #expect(try program.value("third", 2) == 240)
    #expect(try program.value("sign", 2, 3) == 2)
    // `x^2` is equal to `z` but is not `z`.
    #expect(isClose(try program.value("local", x), 3 * pow(x, 4)))
    let (sine, cosine) = (Foundation.sin(x), Foundation.cos(x))
    #expect(isClose(try program.value("total", x), sine * sine + 2 * x * sine * cosine))
    #expect(isClose(try program.value("chain", x), Foundation.cos(x * x)))
    #expect(isClose(try program.value("twice", x), 6 * x * x))
    #expect(isClose(try program.value("outer", x), 2 * 2 * 3 * x))
    #expect(isClose(try program.value("apart", x), 2 * x * x))
    #expect(try program.value("known", 2) == 12)
    #expect(isClose(try program.value("again", x), 8 * x))
  }

  @Test func `directional derivatives`() throws {
    let program = Checked(
      """
      f(x, y) = x^2*y
      pair(x, y) = (x*y, x + y)
      forward(x, y) = jvp(f)(x, y, 1, 10)
      both(x, y) = jvp(pair)(x, y, 1, 10)
      back(x, y) = vjp(pair)(x, y, 1, 10)
      curved(x, y) = hvp(f)(x, y, 1, 10)
      """)
    let point = [Tensor(3), Tensor(5)]
    #expect(try program.results("forward", point) == ["value": Tensor(30 + 90)])
    #expect(try program.results("both", point) == ["0": Tensor(5 + 30), "1": Tensor(11)])
    #expect(try program.results("back", point) == ["x": Tensor(5 + 10), "y": Tensor(3 + 10)])
    #expect(try program.results("curved", point) == ["x": Tensor(10 + 60), "y": Tensor(6)])
  }

  @Test func `Hessians and Jacobians of scalars`() throws {
    let program = Checked(
      """
      f(x, y) = x^2*y + y^3
      h(x, y) = hessian(f)(x, y)
      one(x) = hessian(square)(x)
      square(x) = x^2
      j(x, y) = jacobian(f)(x, y)
      """)
    let point = [Tensor(3), Tensor(5)]
    let hessian = try program.results("h", point)
    #expect(hessian == ["x.x": Tensor(10), "x.y": Tensor(6), "y.x": Tensor(6), "y.y": Tensor(30)])
    #expect(try program.value("one", 3) == 2)
    #expect(try program.results("j", point) == ["x": Tensor(30), "y": Tensor(9 + 75)])
  }

  @Test func `no derivative flows through stop`() throws {
    let program = Checked("frozen(w) = w * stop(w)\nd(w) = frozen'(w)")
    #expect(try program.value("d", 3) == 3)
  }

  @Test func `a derivative is taken of the stable form`() throws {
    let program = Checked("softplus(z) = log(1 + exp(z))\nd(z) = softplus'(z)\nd2(z) = softplus''(z)")
    for z in [-1000, -30, 0, 30, 1000] as [Double] {
      #expect(isClose(try program.value("d", z), 1 / (1 + Foundation.exp(-z))))
      #expect(try program.value("d2", z).isFinite)
    }
  }

  @Test func `the conventions at kinks come from the table`() throws {
    let program = Checked(
      """
      r(x) = relu'(x)
      a(x) = abs'(x)
      m(x, y) = grad(max)(x, y)
      big(x) = max(x, 0)
      b(x) = big'(x)
      f(x) = if x > 0 then sqrt(x) else 0
      d(x) = f'(x)
      """.replacingOccurrences(of: "m(x, y) = grad(max)(x, y)\n", with: ""))
    #expect(try program.value("r", 0) == 0)
    #expect(try program.value("a", 0) == 0)
    #expect(try program.value("b", 0) == 0.5)
    #expect(try program.value("d", -1) == 0)
    #expect(try program.value("d", 4) == 0.25)
  }

  @Test func `functions of scalars are differentiated element by element`() throws {
    let program = Checked(
      "g(x) = sin(x)\nd(x: [3]) = g'(x) + tanh'(0*x)\ne(x: [3], y) = grad(h)(x, y)\nh(x, y) = x^2*y")
    let d = try program.results("d", [Tensor([0, 1, 2], [3])])
    #expect(
      d["value"]?.elements.map { $0 - 1 }.elementsEqual(
        [0, 1, 2].map { Foundation.cos($0) }, by: { isClose($0, $1, 1e-9) }) == true)
    let e = try program.results("e", [Tensor([1, 2, 3], [3]), Tensor(10)])
    #expect(e == ["x": Tensor([20, 40, 60], [3]), "y": Tensor([1, 4, 9], [3])])
  }

  @Test func `the derivative of a constant, and by a name that does not occur`() throws {
    let program = Checked("f(_x) = 3\nd(x) = f'(x) + diff(7, x) + diff(x, y) where y = x^2")
    #expect(try program.value("d", 2) == 0)
  }

  @Test func `derivatives of derivatives of derivatives`() throws {
    let program = Checked(
      """
      p(x) = x^6
      a(x) = grad(grad(grad(p)))(x)
      b(x) = p'''(x)
      c(x) = diff(grad(p)'(x), x)
      dd(x) = jvp(jvp1)(x, 1)
      jvp1(x) = jvp(p)(x, 1)
      """)
    for name in ["a", "b", "c"] { #expect(isClose(try program.value(name, 2), 960)) }
    #expect(isClose(try program.value("dd", 2), 480))
  }
}
