import NablaGraphviz

/// The few facts of a picture file that the tests look at, read from its bytes by the formats' own definitions.
enum Picture {
  /// A PNG's width and height: the first two fields of its `IHDR` chunk, or `nil` if this is no PNG.
  static func pixels(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), bytes.count > 24 else { return nil }
    func field(_ start: Int) -> Int { bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (field(16), field(20))
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// An SVG's text; for pictures that a test expects to exist.
  static func svg(_ dot: String) throws(RenderError) -> String {
    text(try Graphviz.shared.render(dot, as: .svg))
  }

  /// How often a class stands in an SVG: `node`, `edge`.
  static func count(_ name: String, in svg: String) -> Int {
    svg.split(separator: "class=\"\(name)\"", omittingEmptySubsequences: false).count - 1
  }
}
