import NablaDiagnostics
import Testing

@testable import NablaLanguage

/// A program with its expected problems marked below the lines: a row of `^` under the place, then the id.
///
///     f(x) = x + bc
///                ^^ check.undefined-name
struct MarkedProgram {
  struct Mark: Hashable, Comparable, CustomStringConvertible {
    let line: Int
    let columns: Range<Int>
    let id: String

    var description: String { "\(line):\(columns.lowerBound)-\(columns.upperBound) \(id)" }

    static func < (a: Mark, b: Mark) -> Bool {
      (a.line, a.columns.lowerBound, a.id) < (b.line, b.columns.lowerBound, b.id)
    }
  }

  let text: String
  let marks: [Mark]

  init(_ marked: String) {
    var lines: [Substring] = []
    var marks: [Mark] = []
    for line in marked.split(separator: "\n", omittingEmptySubsequences: false) {
      let blank = line.prefix { $0 == " " }.count
      let carets = line.dropFirst(blank).prefix { $0 == "^" }.count
      if carets == 0 {
        lines.append(line)
      } else {
        let id = line.dropFirst(blank + carets).drop { $0 == " " }
        marks.append(Mark(line: lines.count, columns: blank + 1..<blank + carets + 1, id: String(id)))
      }
    }
    text = lines.joined(separator: "\n")
    self.marks = marks
  }

  /// What checking finds.
  func found(_ options: CheckOptions = CheckOptions()) -> [Mark] {
    let source = SourceText(text)
    return Module(checking: source, options: options).diagnostics.map { diagnostic in
      guard let range = diagnostic.range else { return Mark(line: 0, columns: 0..<0, id: diagnostic.id) }
      let start = source.position(at: range.start)
      let end = source.position(at: range.end)
      return Mark(
        line: start.line, columns: start.column..<max(start.column, start.line == end.line ? end.column : start.column),
        id: diagnostic.id)
    }
  }
}
