/// The colours of a picture. Text has a contrast of at least 7:1 on its ground; forward and backward differ in stroke as
/// well as in colour, so that a print without colours reads too.
public struct DOTTheme: Hashable, Sendable {
  public struct Box: Hashable, Sendable {
    public var fill: String
    public var line: String
  }

  public var background = "#ffffff"
  public var text = "#1f2933"
  public var quiet = "#52606d"
  public var input = Box(fill: "#e8f1fb", line: "#2b6cb0")
  public var intermediate = Box(fill: "#ffffff", line: "#616e7c")
  public var output = Box(fill: "#e6f6ec", line: "#276749")
  /// Values at the point.
  public var value = "#0b4f8a"
  public var forward = "#616e7c"
  public var backward = "#a61b1b"
  public var formulaFont = "Times New Roman,Times,serif"

  public init() {}
}
