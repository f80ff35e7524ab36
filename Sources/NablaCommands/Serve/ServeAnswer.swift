import Nabla
import NablaData
import NablaDiagnostics

/// The shapes of the protocol's responses.
enum ServeAnswer {
  /// The version of the protocol.
  static let protocolVersion = 1

  static func hello(_ id: JSONValue, _ limits: ServeLimits) -> JSONValue {
    .object(
      ("id", id == .null ? nil : id), ("nabla", .integer(protocolVersion)), ("version", .string(NablaVersion.text)),
      ("wants", .array(ServeRequest.Item.names.map { .string($0) })), ("limits", limits.json))
  }

  /// The first error, and all problems.
  static func failure(_ id: JSONValue, _ problems: [Diagnostic], in source: SourceText? = nil) -> JSONValue {
    let first = problems.first { $0.severity == .error } ?? problems.first
    return .object(
      ("id", id), ("error", first?.json(in: source)),
      ("diagnostics", .array(problems.map { $0.json(in: source) })))
  }
}
