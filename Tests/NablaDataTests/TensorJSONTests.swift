import NablaGraph
import NablaRuntime
import Testing

@testable import NablaData

struct TensorJSONTests {
  @Test func `nested lists have a shape`() throws {
    #expect(try Tensor(json: "[[1, 2.5, \"nan\"], [4, \"-inf\", 6]]").shape == [2, 3])
    #expect(try Tensor(json: "3").shape == [])
    #expect(try Tensor(json: "[]").shape == [0])
    #expect(try Tensor(json: "[[], []]").shape == [2, 0])
    #expect(try Tensor(json: "[9007199254740993]", as: .i64).integers == [9_007_199_254_740_993])
    #expect(try Tensor(json: "[true, 0]", as: .bool).integers == [1, 0])
  }

  @Test(arguments: [
    ("[[1,2],[3]]", "the value[1]: 2 entries are expected, as before, not 1"),
    ("[[1,2],[3,4,5]]", "the value[1]: 2 entries are expected, as before, not 3"),
    ("[[1],2]", "the value[1]: a list of shape [1] is expected, as before, not a number"),
    ("[1,[2]]", "the value[1]: a number is expected, as before, not a list"),
    ("[[[1]],[[]]]", "the value[1][0]: 1 entries are expected, as before, not 0"),
    ("[1,null]", "the value[1]: a number is expected, not null"),
    ("{\"a\":1}", "the value: a number is expected, not an object"),
    ("[1,", "no json file: a value is missing at byte 3"),
  ])
  func `what is ragged is told with its place`(_ text: String, _ message: String) {
    let error = #expect(throws: DataError.self) { try Tensor(json: text) }
    #expect(error?.description == message)
  }

  @Test func `numbers are written as they are read`() throws {
    for text in ["[[1,2.5],[\"nan\",-0]]", "[]", "[[],[]]", "7", "[[[1e+300]]]"] {
      #expect(try Tensor(json: text).json.text == text)
    }
    #expect(Tensor(Column([0.1] as [Float])).json.text == "[0.1]")
    #expect(Tensor(Column([true, false])).json.text == "[true,false]")
    #expect(Tensor(Column([.max] as [Int64])).json.text == "[9223372036854775807]")
  }

  @Test func `arrays are taken in the type of a parameter`() throws {
    var reader = NumberReader(TensorType(.i32, Shape([2])))
    try reader.read([1, 2], path: "x")
    #expect(reader.column == Column([1, 2] as [Int32]))
    try reader.read(try JSONValue(parsing: Array("[3,4]".utf8)), path: "x")
    try reader.read([5, 6], path: "x")
    #expect(reader.column == Column([1, 2, 3, 4, 5, 6] as [Int32]))
    #expect(throws: DataError.notRepresentable(path: "x[1]", value: "1.5", element: .i32)) {
      try reader.read([1, 1.5], path: "x")
    }
    #expect(throws: DataError.shape(path: "x", expected: "[2]", found: [2, 1])) {
      try reader.read([[1], [2]], path: "x")
    }
  }
}
