import Foundation
import NablaGraph
import Testing

@testable import NablaLanguage

@Suite struct `Arrays of the language` {
  @Test func `the examples of the description`() throws {
    let program = Checked(
      """
      F(x: [3]) = [x[0]*x[1], sin(x[2])]
      J(x: [3]) = jacobian(F, x)(x)
      pull(x: [3], u: [2]) = vjp(F)(x, u)
      push(x: [3], v: [3]) = jvp(F)(x, v)
      rosenbrock(x: [n]) = sum((1 - x[:-1])^2 + 100*(x[1:] - x[:-1]^2)^2)
      G(x: [2]) = grad(rosenbrock)(x)
      H(x: [2]) = hessian(rosenbrock)(x)
      Hv(x: [n], v: [n]) = hvp(rosenbrock)(x, v)
      tangent(x: [n], v: [n]) = jvp(rosenbrock)(x, v)
      """)
    let x = Tensor([2, 3, 0.5], [3])
    let cosine = Foundation.cos(0.5)
    #expect(try program.results("J", [x]) == ["value": Tensor([3, 2, 0, 0, 0, cosine], [2, 3])])
    #expect(try program.results("pull", [x, Tensor([1, 10], [2])]) == ["value": Tensor([3, 2, 10 * cosine], [3])])
    #expect(try program.results("push", [x, Tensor([1, 1, 1], [3])]) == ["value": Tensor([5, cosine], [2])])
    // ∂f/∂x = -2(1 - x) - 400x(y - x²), ∂f/∂y = 200(y - x²) at (2, 3).
    let point = Tensor([2, 3], [2])
    #expect(try program.results("G", [point]) == ["value": Tensor([802, -200], [2])])
    #expect(try program.results("H", [point]) == ["value": Tensor([3602, -800, -800, 200], [2, 2])])
    let types = program.module.functions.map { $0.results[0].type.description }
    #expect(
      types == ["f64[2]", "f64[2, 3]", "f64[3]", "f64[2]", "f64", "f64[2]", "f64[2, 2]", "f64[n]", "f64"])
  }

  @Test func `sizes given before the run`() throws {
    let text = """
      rosenbrock(x: [n]) = sum((1 - x[:-1])^2 + 100*(x[1:] - x[:-1]^2)^2)
      Hv(x: [n], v: [n]) = hvp(rosenbrock)(x, v)
      H(x: [n]) = hessian(rosenbrock)(x)
      average(x: [n]) = sum(x)/n
      linear(x: [n], k: size) = k*sum(x) + n
      """
    let program = Checked(text, CheckOptions(sizes: ["n": 2, "k": 5]))
    let point = Tensor([2, 3], [2])
    #expect(try program.results("Hv", [point, Tensor([1, 1], [2])]) == ["value": Tensor([2802, -600], [2])])
    #expect(try program.results("H", [point]) == ["value": Tensor([3602, -800, -800, 200], [2, 2])])
    #expect(try program.results("average", [point]) == ["value": Tensor(2.5)])
    #expect(try program.results("linear", [point]) == ["value": Tensor(27)])
    #expect(program.module.functions.last?.parameters.map(\.kind).last == .size)
  }

  /// Expressions of `x = [[0, 1, 2], [3, 4, 5]]` with NumPy's values in row-major order.
  private static let expressions = """
    x[1, 2] => 5
    x[-1] => 3, 4, 5
    x[:, 0] => 0, 3
    x[..., -1] => 2, 5
    x[0, ::-1] => 2, 1, 0
    x[0, ::2] => 0, 2
    x[1, 1:] => 4, 5
    x[1, :-1] => 3, 4
    x[::-1, 1] => 4, 1
    x[0:0, 0] => 
    x.T => 0, 3, 1, 4, 2, 5
    sum(x, axis: 0) => 3, 5, 7
    sum(x, axis: -1) => 3, 12
    sum(x) => 15
    max(x, axis: 1) => 2, 5
    min(x) => 0
    prod(x + 1, axis: 0) => 4, 10, 18
    mean(x, axis: leading) => 1.5, 2.5, 3.5
    var(x, axis: 1) => 0.6666666666666666, 0.6666666666666666
    std(x[0]) => 0.816496580927726
    norm(x[:, 1:]) => 6.782329983125268
    dot(x[0], x[1]) => 14
    [x[0, 1], 10] => 1, 10
    [x[0], x[1]][1] => 3, 4, 5
    [[1, 2], [3, 4]]*x[0, 1] => 1, 2, 3, 4
    x[0, newaxis] + x[:, 0][:, newaxis] => 0, 1, 2, 3, 4, 5
    max(x, 3) => 3, 3, 3, 3, 4, 5
    x.shape[1] + x.shape[-2] => 5
    any(x > 4) => 1
    all(x > 4, axis: 1) => 0, 0
    sum(x > 2) => 3
    sum(x, axis: (0, 1)) => 15
    sum(x, axis: 1, keepdims: true) + x => 3, 4, 5, 15, 16, 17
    mean(x) => 2.5
    squared_error(x[0], 1) => 1, 0, 1
    where(x > 2, x, 0) => 0, 0, 0, 3, 4, 5
    x[0]*[1, 10, 100] => 0, 10, 200
    max(x[0], x[1], 4) => 4, 4, 5
    clamp(x, 1, 3) => 1, 1, 2, 3, 3, 3
    """

  @Test(arguments: expressions.split(separator: "\n").map { $0.components(separatedBy: " => ") })
  func values(_ row: [String]) throws {
    let expected = row[1].split(separator: ", ").compactMap { Double($0) }
    let program = Checked("f(x: [2, 3]) = \(row[0])")
    let result = try program.results(nil, [Tensor([0, 1, 2, 3, 4, 5], [2, 3])])
    let elements = try #require(result["value"]).elements
    #expect(elements.elementsEqual(expected) { isClose($0, $1) }, "\(elements)")
  }

  @Test func `dimension names bind, and expressions are checked`() throws {
    let program = Checked(
      """
      pairs(l: [k, d*(d-1)//2], x: [d]) = sum(l) + sum(x)*d/k
      use(l: [4, 3], x: [3]) = pairs(l, x)
      any_rank(x: [..., n]) = sum(x)/n
      all_ranks(x: [2, 3]) = any_rank(x) + any_rank(x[0])
      """)
    let ones = Tensor(Array(repeating: 1, count: 12), [4, 3])
    #expect(try program.results("use", [ones, Tensor([1, 1, 1], [3])]) == ["value": Tensor(12 + 9.0 / 4)])
    #expect(try program.results("all_ranks", [Tensor([1, 1, 1, 1, 1, 1], [2, 3])]) == ["value": Tensor(3)])
    #expect(program.module.functions[0].parameters[0].type?.description == "f64[k, (d*d - d)//2]")
  }

  @Test func `conditions on sizes are decided before the run`() throws {
    let program = Checked(
      """
      first(x: [n]) = if n > 2 then x[2] else x[0]
      f(x: [2]) = first(x)
      g(x: [3]) = first(x)
      """.replacingOccurrences(of: "first(x: [n])", with: "first(x: [n], _one = 1)"), CheckOptions(sizes: ["n": 3]))
    #expect(try program.results("f", [Tensor([7, 8], [2])]) == ["value": Tensor(7)])
    #expect(try program.results("g", [Tensor([7, 8, 9], [3])]) == ["value": Tensor(9)])
  }

  @Test func `functions of scalars apply to arrays element by element`() throws {
    let program = Checked(
      """
      leaky(x, slope = 0.1) = if x > 0 then x else slope*x
      f(x: [2]) = leaky(x) + leaky(x, slope: 0.5)
      g(x: [2], s: [2]) = leaky(x, s)
      """)
    let x = Tensor([-2, 3], [2])
    #expect(try program.results("f", [x]) == ["value": Tensor([-1.2, 6], [2])])
    #expect(try program.results("g", [x, Tensor([2, 2], [2])]) == ["value": Tensor([-4, 3], [2])])
  }

  @Test func `lengths have derivative zero at zero`() throws {
    let program = Checked(
      """
      g(x: [2]) = grad(norm)(x)
      s(x: [2]) = grad(std)(x)
      """)
    let zero = Tensor([0, 0], [2])
    #expect(try program.results("g", [zero]) == ["value": zero])
    #expect(try program.results("s", [zero])["value"]?.elements.map(abs) == [0, 0])
    let unit = try #require(try program.results("g", [Tensor([3, 4], [2])])["value"]).elements
    #expect(unit.elementsEqual([0.6, 0.8]) { isClose($0, $1) })
  }

  @Test func `cross-entropy of a sigmoid is finite far out`() throws {
    let program = Checked("loss(z, y) = binary_cross_entropy(sigmoid(z), y)\nd(z, y) = grad(loss, z)(z, y)")
    for z in [-1000, -1, 0, 1, 1000] as [Double] {
      let slope = try program.value("d", z, 0.25)
      #expect(isClose(slope, 1 / (1 + Foundation.exp(-z)) - 0.25))
    }
  }
}
