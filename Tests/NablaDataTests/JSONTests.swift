import NablaGraph
import Testing

@testable import NablaData

struct JSONTests {
  private func parse(_ text: String) throws(JSONParser.Failure) -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

  @Test(arguments: [
    "null", "true", "false", "0", "-0", "1.5", "-2e10", "1E+2", "\"\"", "[]", "{}", "[1,[2,[3]]]",
    #"{"a":1,"b":[true,null],"c":{"d":"e"}}"#, "0.1000000000000000055511151231257827021181583404541015625",
    "123456789012345678901234567890",
  ])
  func `values come back as they were written`(_ text: String) throws {
    #expect(try parse(text).text == text)
  }

  @Test(arguments: [
    "", " ", "nul", "tru", "01", "1.", ".5", "+1", "-", "1e", "[1,]", "[1 2]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{a:1}"#,
    #""abc"#, #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, "1 2", "[", "{\"a\":1", "NaN", "Infinity",
    "\u{1}",
  ])
  func `what is no JSON is refused`(_ text: String) {
    #expect(throws: JSONParser.Failure.self) { try parse(text) }
  }

  @Test func `escapes`() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#).string == "\"\\/\u{8}\u{C}\n\r\té😀")
    #expect(JSONValue.string("\"\\\n\u{1}\u{2028}é").text == #""\"\\\n\u0001\u2028é""#)
  }

  @Test func `a control character or bytes that are not UTF-8 in a string are refused`() {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse([0x22, 0x0A, 0x22]) }
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  @Test func `deep nesting meets a limit, not the stack`() {
    let depth = 1_000_000
    let text = String(repeating: "[", count: depth)
    let failure = #expect(throws: JSONParser.Failure.self) { try parse(text) }
    #expect(failure?.isLimit == true)
  }

  @Test func `doubles are written in the shortest form that reads back equal`() {
    #expect(JSONValue.double(0.1).text == "0.1")
    #expect(JSONValue.double(33).text == "33")
    #expect(JSONValue.double(-0.0).text == "-0")
    #expect(JSONValue.double(.nan).text == "\"nan\"")
    #expect(JSONValue.double(-.infinity).text == "\"-inf\"")
    var random = SplitMix64(seed: 3)
    for _ in 0..<1000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let text = JSONValue.double(value).text
      #expect(Double(text) == value)
      #expect((try? parse(text)) != nil, "\(text)")
    }
  }

  @Test func `the last of equal names counts`() throws {
    #expect(try parse(#"{"a":1,"a":2}"#)["a"]?.integer == 2)
  }
}
