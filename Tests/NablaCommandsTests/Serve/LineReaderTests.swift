import Foundation
import Testing

@testable import NablaCommands

struct LineReaderTests {
  private func lines(_ text: String, limit: Int) -> [String] {
    let pipe = Pipe()
    pipe.fileHandleForWriting.write(Data(text.utf8))
    try? pipe.fileHandleForWriting.close()
    var reader = LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor, limit: limit)
    var found: [String] = []
    while let line = reader.next() {
      switch line {
      case .bytes(let bytes): found.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: found.append("too long")
      }
    }
    return found
  }

  @Test func `lines end with a newline or with the input`() {
    #expect(lines("a\n\nb", limit: 10) == ["a", "", "b"])
    #expect(lines("a\nb\n", limit: 10) == ["a", "b"])
    #expect(lines("", limit: 10) == [])
  }

  @Test func `a line beyond the limit is dropped and the next one read`() {
    let long = String(repeating: "x", count: 20_000)
    #expect(lines("a\n\(long)\nb\n\(long)", limit: 100) == ["a", "too long", "b", "too long"])
  }
}
