import NablaData
import NablaDiagnostics

extension Diagnostic {
  /// The protocol's form: where, in lines and columns of Unicode scalars from 1, and in bytes.
  func json(in source: SourceText?) -> JSONValue {
    var members: [(String, JSONValue?)] = [
      ("id", .string(id)), ("severity", .string(severity.rawValue)), ("message", .string(message)),
    ]
    if let range, let source {
      let start = source.position(at: range.start)
      let end = source.position(at: range.end)
      members += [
        ("line", .integer(start.line)), ("column", .integer(start.column)),
        ("end", .object(("line", .integer(end.line)), ("column", .integer(end.column)))),
        ("offset", .integer(range.start)),
      ]
    }
    if let fixIt {
      let start = source?.position(at: fixIt.range.start)
      members.append(
        (
          "fix",
          .object(
            ("offset", .integer(fixIt.range.start)), ("length", .integer(fixIt.range.end - fixIt.range.start)),
            ("line", start.map { .integer($0.line) }), ("column", start.map { .integer($0.column) }),
            ("replacement", .string(fixIt.replacement)))
        ))
    }
    if !notes.isEmpty { members.append(("notes", .array(notes.map { $0.json(in: source) }))) }
    return .object(members.compactMap { name, value in value.map { JSONValue.Member(name, $0) } })
  }
}
