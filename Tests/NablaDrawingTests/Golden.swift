import Foundation
import Testing

/// Compares a text with a file beside the tests; with `NABLA_RECORD=1` in the environment it writes the file instead.
func expectGolden(
  _ text: String, _ name: String, folder: String = #filePath, location: SourceLocation = #_sourceLocation
) throws {
  let file = URL(fileURLWithPath: folder).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
  if ProcessInfo.processInfo.environment["NABLA_RECORD"] == "1" {
    try text.write(to: file, atomically: true, encoding: .utf8)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(text == expected, "differs from \(name)", sourceLocation: location)
}
