import Foundation
import NablaDiagnostics
import NablaGraph
import Testing

@testable import NablaLanguage

/// Ill-typed calls of array functions: one diagnostic each, with both shapes, at its place.
@Suite struct `Problems of array functions` {
  static let programs = """
    f(x: [6]) = reshape(x, [4, 2]) | shape.reshape | the shape [6] has 6 elements, and [4, 2] has 8
    f(x: [m, 3]) = reshape(x, [m, 2]) | shape.reshape | the shape [m, 3] has 3*m elements, and [m, 2] has 2*m
    f(x: [6]) = reshape(x, [-1, -1]) | shape.reshape | one extent may be -1
    f(x: [6]) = reshape(x, x) | type.size | 'shape' of 'reshape' is a list of sizes, known before the run, not f64[6]
    f(x: [6]) = reshape(x) | check.arity | 'shape' is missing: reshape(x, shape)
    f(x: [6]) = reshape(x, [6], shape: [6]) | check.duplicate-argument | 'reshape' is given its 'shape' twice
    f(x: [6]) = reshape(x, shap: [6]) | check.unknown-label | 'reshape' has no parameter 'shap'; did you mean 'shape'?: reshape(x, shape)
    f(x: [6]) = transpose(x, [1]) | shape.axis | 'axes' names each of 1 axes once
    f(x: [2, 3]) = flip(x, axis: 2) | shape.axis | there is no axis 2 among 2
    f(x: [2, 3]) = cumsum(x, axis: -3) | shape.axis | there is no axis -3 among 2
    f(x: [2, 3], y: [2, 4]) = concatenate(x, y) | shape.join | arrays that are joined along axis 0 agree in all other axes: [2, 3] and [2, 4]
    f(x: [m], y: [n]) = stack(x, y) | shape.join | arrays that are stacked have one shape: the first has [m], number 2 has [n]
    f(x: [5]) = split(x, 2) | shape.reshape | an axis of 5 has no 2 equal parts
    f(x: [5]) = pad(x, [1, 2, 3]) | type.argument | 'pad_width' is a size, two of them '[before, after]', or two for each of 1 axes
    f(x: [5]) = pad(x, -1) | type.size | a width is not negative
    f(x: [5]) = pad(x, 1, mode: "wrap") | type.argument | 'mode' is one of "constant", "edge", "reflect", not a string
    f(x: [2]) = pad(x, 2, mode: "reflect") | shape.reshape | a reflection of 2 needs an axis of more than 2
    f(x: [3]) = broadcast_to(x, [3, 2]) | shape.broadcast | the shape [3] does not broadcast to [3, 2]
    f(x: [3], n) = zeros(n) | type.size | an extent is a size, known before the run, not f64
    f(x: [n]) = x[9223372036854775807] | shape.index | the index 9223372036854775807 is outside any axis
    f(x: [3]) = take(x, x) | shape.index | an index is an integer, not f64[3]
    f(x: [3], i: i64[2, 2]) = take_along_axis(x, i) | shape.index | the indices have the shape [2, 2], which differs from [3] in more than axis 0
    f(x: [n, 0]) = argmax(x, axis: 1) | shape.empty | 'argmax' of an empty axis has no answer
    f(x: [n, 0]) = max(x, axis: 1) | shape.empty | 'max' of no elements has no answer: the shape is [n, 0]
    f(x: [b, 8, 3], k: [3, 2, 5]) = convolve(x, k) | shape.convolution | in 'convolve': an array [b, 8, 3] with a kernel [3] of 2 channels in 1 groups: the channels of a group need to agree
    f(x: [b, 8, 3], k: [3, 3, 5]) = convolve(x, k, padding: "full") | type.argument | in 'convolve': 'padding' is "valid", "same", a size, '[before, after]', or that for each of 1 axes
    f(x: [b, 8, 3], k: [3, 3, 5]) = convolve(x, k, stride: 0) | type.argument | in 'convolve': 'stride' is a positive number, or one for each of 1 axes
    f(x: [8, 3]) = max_pool(x, 2) | shape.convolution | in 'max_pool': windows need a batch, at least one axis to slide along, and channels
    f(p: [m, k], i: [m]) = sparse_cross_entropy(p, i) | type.argument | in 'sparse_cross_entropy': 'ids' is declared i64, and the argument is f64
    f(x: [3]) = one_hot([0, 1], x) | type.size | 'n' of 'one_hot' is a size, known before the run, not f64[3]
    """

  @Test(arguments: programs.split(separator: "\n").map { $0.components(separatedBy: " | ") })
  func `one diagnostic each`(_ row: [String]) throws {
    let found = Module(checking: SourceText(row[0])).diagnostics
    #expect(found.filter { $0.severity == .error }.map(\.summary) == ["\(row[1]): \(row[2])"])
    let range = try #require(found.first { $0.severity == .error }?.range)
    #expect(range.start >= 4 && range.end <= row[0].utf8.count)
  }

  @Test func `what is known before the run decides`() throws {
    let program = Checked(
      """
      half(x: [n]) = if mod(n, 2) == 0 then reshape(x, [2, n//2]) else x[:-1]
      f(x: [n], mode = "sum") = if mode == "sum" then sum(x) else reshape(x, [7, 7])[0, 0]
      g(x: [n]) = f(x) + f(x, mode: "sum") + f(x, "sum")
      h(x: [n]) = if x.shape[0] < 3 then x[5] else x[2]
      most(x: [n], y: [2]) = ones(max(n - 2, y.shape[0], 1))
      """, CheckOptions(sizes: ["n": 4]))
    let x = Tensor([1, 2, 3, 4], [4])
    #expect(try program.results("half", [x]) == ["value": Tensor([1, 2, 3, 4], [2, 2])])
    #expect(try program.results("g", [x]) == ["value": Tensor(30)])
    #expect(try program.results("h", [x]) == ["value": Tensor(3)])
    #expect(program.module.function("most")?.results.first?.type.description == "f64[2]")
  }
}
