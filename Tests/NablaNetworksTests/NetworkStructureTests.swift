import NablaNetworks
import Testing

@Suite struct `The structure of a network` {
  /// Every part as `name(operands)`, and the parts of the results.
  static func text(_ program: String) throws -> String {
    let structure = try Model(program).structure()
    let parts = structure.parts.map { part in
      let operands = part.operands.map { structure.parts[$0].name }.joined(separator: ", ")
      return part.kind == .input ? part.name : "\(part.name)(\(operands))"
    }
    let results = structure.results.map { $0.parts.map { structure.parts[$0].name }.joined(separator: "&") }
    return parts.joined(separator: " ") + " -> " + results.joined(separator: ", ")
  }

  @Test(arguments: [
    (
      "net(x: [m, 4]) = x |> dense(3, relu) |> dropout(0.5) |> dense(2) |> softmax",
      "x dense_1(x) dropout(dense_1) dense_2(dropout) softmax(dense_2) -> softmax"
    ),
    (
      "net(x: [m, 4]) = x + (x |> dense(4) |> relu) + dense(x, 4)",
      "x dense_1(x) relu(dense_1) dense_2(x) add(x, relu, dense_2) -> add"
    ),
    (
      "net(x: [m, 4]) = concatenate(dense(x, 2), dense(x, 3), axis: -1) |> relu",
      "x dense_1(x) dense_2(x) concatenate(dense_1, dense_2) relu(concatenate) -> relu"
    ),
    (
      "tower(x: [m, 4]) = x |> dense(3)\nnet(a: [m, 4], b: [m, 4]) = tower(a) * tower(b)",
      "a b tower(a) tower(b) multiply(tower, tower) -> multiply"
    ),
    (
      "net(x: [m, 4], scale = 2) = (dense(h, 2), dense(h, 1)[:, 0]) where h = dense(scale*x/255, 3)",
      "x dense_3(x) dense_1(dense_3) dense_2(dense_3) -> dense_1, dense_2"
    ),
    ("net(x: i32[m, t]) = (x |> embedding(9, 4) |> lstm(3))[:, 0]", "x embedding_1(x) lstm_1(embedding_1) -> lstm_1"),
  ])
  func `has what is called and what flows`(_ program: String, _ expected: String) throws {
    #expect(try Self.text(program) == expected)
  }

  @Test func `counts what is learned once`() throws {
    let shared = try Model(
      "tower(x: [m, 4]) = x |> dense(3) |> dense(3)\nnet(a: [m, 4], b: [m, 4]) = dense(tower(a) - tower(b), 1)"
    ).structure()
    #expect(shared.parts.map(\.parameters) == [0, 0, 15 + 12, 0, 0, 4])
    #expect("\(shared.parts[2].type.shape)" == "[m, 3]")
  }
}
