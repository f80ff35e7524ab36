/// A file format that ``Graphviz`` writes.
public enum PictureFormat: String, CaseIterable, Hashable, Sendable {
  case svg, pdf, png

  /// The format that the name of a file asks for by its ending, in either case: `fig.SVG` is ``svg``.
  public init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    self.init(rawValue: name[name.index(after: dot)...].lowercased())
  }
}
