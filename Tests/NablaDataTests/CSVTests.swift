import NablaRuntime
import Testing

@testable import NablaData

struct CSVTests {
  private func table(_ text: String) throws -> CSVTable {
    try Array(text.utf8).withUnsafeBytes { try CSVTable($0) }
  }

  @Test(arguments: [
    "1,2,3\n4,5,6\n", "1,2,3\r\n4,5,6", "1;2;3\n4;5;6\n", "1\t2\t3\n4\t5\t6\n", "\u{FEFF}1,2,3\n4,5,6\n",
    "a,b,c\n1,2,3\n4,5,6\n", "\"a\",\"b,\"\"x\"\"\",c\n1,\"2\",3\n4,5,6\n", " 1 , 2,3 \n\n4,5,6\n\n", "1,2,3\r4,5,6\r",
  ])
  func `tables are read in many spellings`(_ text: String) throws {
    let expected: Tensor = [[1, 2, 3], [4, 5, 6]]
    #expect(try table(text).tensor() == expected)
  }

  @Test func `a column is named by the header`() throws {
    let table = try table("name,\"a \"\"b\"\"\",c\nx,1,\ny,2,NA\n")
    #expect(table.header == ["name", "a \"b\"", "c"])
    #expect(try table.tensor(named: "a \"b\"") == [1, 2])
    #expect(try table.tensor(named: "c").doubles.allSatisfy(\.isNaN))
    #expect(throws: DataError.noMember("d", known: table.header)) { try table.tensor(named: "d") }
    let error = #expect(throws: DataError.self) { try table.tensor() }
    #expect(error?.description == "line 2, column 'name': a number is expected, not 'x'")
  }

  @Test func `ragged rows name the line`() throws {
    let error = #expect(throws: DataError.self) { try table("a,b\n1,2\n\n\"1\n\",3\n3\n") }
    #expect(error == .ragged(path: "line 6", expected: 2, found: 1))
    #expect(throws: DataError.self) { try table("1,\"2") }
    #expect(throws: DataError.self) { try table("1,\"2\"3") }
  }

  @Test func `one column is a vector, no rows are none`() throws {
    #expect(try table("1\n2\n").tensor() == [1, 2])
    #expect(try table("x\n").tensor().shape == [0])
    #expect(try table("").tensor().shape == [0, 0])
    #expect(try table("a,b\n").tensor().shape == [0, 2])
  }

  @Test func `numbers are read to the nearest double`() throws {
    let texts = [
      "0.1", "-0.1", "123456789012345", "1234567890123456789", "1e-320", "2.2250738585072011e-308", ".5", "5.", "-0",
      "1e400", "+3", "0.30000000000000004", "9007199254740993", "inf", "-Infinity", "000.125", "123456.789012345",
    ]
    let values = try table(texts.joined(separator: "\n")).tensor().doubles
    for (text, value) in zip(texts, values) {
      let expected = Double(text == "5." ? "5" : text == ".5" ? "0.5" : text) ?? .nan
      #expect(value == expected && value.sign == expected.sign, "\(text)")
    }
    for word in ["0x10", "1,", "--1", "1e", "e", ".", "-", "1 2", "nano"] {
      #expect(try table("head\n\"\(word)\"\n").values(of: "head") == nil, "\(word)")
    }
  }

  @Test func `what is written is read`() throws {
    let matrix: Tensor = [[0.1, -2], [1e300, Tensor(.nan)]]
    #expect(try CSVTable.text(matrix) == "0.1,-2\n1e+300,nan\n")
    for tensor in [matrix, [1, 2, 3], Tensor(zeros: [3, 2])] {
      #expect(try table(CSVTable.text(tensor)).tensor().doubles.description == tensor.doubles.description)
    }
    #expect(try CSVTable.text(Tensor(Column([true, false]))) == "true\nfalse\n")
    #expect(throws: DataError.self) { try CSVTable.text(Tensor(zeros: [1, 1, 1])) }
  }
}

extension CSVTable {
  fileprivate func values(of name: String) -> [Double]? { try? tensor(named: name).doubles }
}
