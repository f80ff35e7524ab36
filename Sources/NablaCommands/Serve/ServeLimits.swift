import NablaData

/// What one request may cost. Exceeding a limit fails the request; the process and its caches stay.
struct ServeLimits: Sendable {
  /// Bytes of a line.
  var line = 64 << 20
  /// Nodes of a graph.
  var nodes = 16_000_000
  /// Numbers in a response.
  var results = 8_000_000
  /// Milliseconds, unless the request says otherwise.
  var time = 600_000

  var json: JSONValue {
    .object(
      ("line", .integer(line)), ("depth", .integer(JSONParser.depthLimit)), ("nodes", .integer(nodes)),
      ("results", .integer(results)), ("time_ms", .integer(time)))
  }
}
