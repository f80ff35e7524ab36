import Foundation
import Nabla
import NablaData
import NablaGraph
import NablaOptimization
import NablaRuntime
import TestSupport
import Testing

/// What docs/library.md says of arrays, and where it ends.
struct TensorTests {
  let f: Formula
  let x: Tensor = [[1, 2], [3, 4]]

  init() throws { f = try Formula("f(x: [m, n], w: [n]) = sum((x @ w)^2)/m") }

  @Test func `values and derivatives at arrays`() throws {
    let point: [String: Tensor] = ["x": x, "w": [1, -1]]
    #expect(try f.value(at: point) == 1)
    let gradient = try f.gradient(at: point)
    #expect(gradient["w"] == [-4, -6])
    #expect(gradient["x"] == [[-1, 1], [-1, 1]])
    #expect(try f.hessian(at: point, by: ["w"]) == ["w": ["w": [[10, 14], [14, 20]]]])
    let line = try Formula("g(x: [n], a) = a*x")
    #expect(try line.value(at: ["x": [1, 2], "a": 3]) == [3, 6])
    #expect(try line.jacobian(at: ["x": [1, 2], "a": 3]) == ["x": [[3, 0], [0, 3]], "a": [1, 2]])
    #expect(try Formula("h(x: [n], k = 2) = (sum(x), k*x)").values(at: ["x": [1, 2]]) == [3, [2, 4]])
  }

  @Test func `sizes come from the shapes and must agree`() throws {
    #expect(throws: DataError.entries(path: "w ('n' of [n])", expected: 2, found: 3)) {
      try f.value(at: ["x": x, "w": [1, 2, 3]])
    }
    #expect(throws: DataError.shape(path: "w", expected: "[2]", found: [])) { try f.value(at: ["x": x, "w": 1]) }
    #expect(throws: ExecutionError.missingInput("w")) { try f.value(at: ["x": x]) }
    #expect(throws: ExecutionError.self) { try f.value(at: ["x": x, "w": [1, 2], "z": 3]) }
    let twice = try Formula("h(x: [n], y: [2*n]) = n*sum(x) + sum(y)")
    #expect(try twice.value(at: ["x": [1, 1], "y": [1, 1, 1, 1]]) == 8)
    #expect(throws: DataError.shape(path: "y", expected: "[4]", found: [2])) {
      try twice.value(at: ["x": [1, 1], "y": [1, 1]])
    }
  }

  @Test func `empty arrays and arrays without axes are arrays`() throws {
    #expect(try f.value(at: ["x": Tensor(zeros: [2, 0]), "w": Tensor(zeros: [0])]) == 0)
    #expect(try Formula("g(x: [n]) = 2*x").value(at: ["x": Tensor(zeros: [0])]).shape == [0])
    #expect(try Formula("g(x) = 2*x").value(at: ["x": 3]) == 6)
  }

  @Test func `numbers are converted to the types of the parameters`() throws {
    let g = try Formula("g(x: f32[n], k: i64) = k*x")
    let value = try g.value(at: ["x": [0.1, 0.2], "k": 3])
    #expect(value == Tensor(Column([3 * 0.1 as Float, 3 * 0.2 as Float])))
    #expect(throws: DataError.notRepresentable(path: "k", value: "1.5", element: .i64)) {
      try g.value(at: ["x": [1], "k": 1.5])
    }
  }

  @Test func `copies share memory until one is written to`() {
    let first = Column([1, 2, 3] as [Double])
    var second = first
    second.withUnsafeMutableBytes { $0.storeBytes(of: 7.0, as: Double.self) }
    #expect(first.doubles == [1, 2, 3] && second.doubles == [7, 2, 3])
    #expect(second.part(1..<3).doubles == [2, 3])
  }

  @Test func `files come back`() throws {
    let folder = try TemporaryDirectory()
    for name in ["x.npy", "x.csv", "x.json", "x.npz"] {
      let file = try DataFile(path: folder.url.appending(path: name).path())
      try file.write(x)
      #expect(try file.tensor() == x, "\(name)")
    }
    let all = try DataFile(path: folder.url.appending(path: "all.npz").path())
    try all.write([NamedTensor("x", x), NamedTensor("s", 2)])
    #expect(try all.tensor("s") == 2)
    #expect(try all.tensors { $0 == "x" } == [NamedTensor("x", x)])
    #expect(throws: DataError.unknownFormat(path: "x.txt")) { try DataFile(path: "x.txt") }
    #expect(throws: DataError.self) { try DataFile(path: "missing/x.npy").tensor() }
    #expect(try Tensor(json: "[[1, 2], [3, 4]]") == x)
    #expect(TensorText().text(x) == "[[1., 2.],\n [3., 4.]]")
  }

  @Test func `a minimum`() throws {
    let valley = try Formula("f(x, y) = (1 - x)^2 + 100*(y - x^2)^2")
    let minimum = try valley.minimize(from: ["x": -1.2, "y": 1])
    #expect(minimum.state == .converged)
    let x = try #require(minimum["x"]?.scalar)
    #expect(abs(x - 1) < 1e-6)
    let line = try valley.minimize(from: ["y": 0], fixed: ["x": 2], using: Minimizer(.newton))
    let y = try #require(line["y"]?.scalar)
    #expect(abs(y - 4) < 1e-12 && abs(line.value - 1) < 1e-12)
    #expect(line["x"] == nil && line.variables.count == 1)
  }

  @Test func `a call that memory does not hold is refused with the bytes`() throws {
    let executable = try Formula("f(x) = x").compiled(backend: .interpreter)
    // 2⁵⁸ points of eight bytes are more than any machine has.
    let error = #expect(throws: ExecutionError.self) {
      try executable.evaluate([Column(zeros: 1, of: .f64)], points: 1 << 58)
    }
    guard case .memory(let need) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(need.bytes >= 1 << 61)
    #expect(try #require(AvailableMemory.bytes) > 1 << 20)
  }
}
