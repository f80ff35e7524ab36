/// Why ``Graphviz`` made no picture.
public enum RenderError: Error, Hashable, Sendable {
  /// The text is longer than ``Graphviz/textLimit``.
  case textTooLong(bytes: Int, limit: Int)
  /// The text is not one DOT graph. The message is Graphviz's and names the line.
  case syntax(String)
  /// Laying the graph out would take minutes or hours; ``LayoutSize/extent`` is above the limit.
  case tooLarge(LayoutSize, limit: Int)
  /// Graphviz could not lay the graph out: a broken HTML label, or an installation without its plug-ins.
  case layout(String)
  /// Graphviz could not write the format: most often its plug-in is not installed.
  case output(PictureFormat, String)
}

extension RenderError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .textTooLong(let bytes, let limit):
      "the picture's DOT text has \(bytes) bytes, more than the limit of \(limit)"
    case .syntax(let message):
      "not a DOT graph: \(message)"
    case .tooLarge(let size, let limit):
      "the picture is too large to lay out: \(size.nodes) nodes and \(size.edges) edges that cross \(size.crossed) rows "
        + "(\(size.extent) together, the limit is \(limit))"
    case .layout(let message):
      "Graphviz could not lay the graph out: \(message)"
    case .output(let format, let message):
      "Graphviz could not write \(format.rawValue.uppercased()): \(message)"
    }
  }
}
