import Foundation
import Testing

/// Rows of a tab-separated file in `Fixtures`; the script of the same name made it.
func fixture(_ name: String) throws -> [[String]] {
  let file = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/\(name)")
  let text = try String(contentsOf: file, encoding: .utf8)
  return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
    line.split(separator: "\t").map(String.init)
  }
}
