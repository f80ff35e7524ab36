/// What all pictures have in common: type, colours, and what tells series apart where colours cannot.
enum PlotStyle {
  static let fontFamily = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
  static let textSize = 11.0
  static let titleSize = 13.0
  static let text = Color(0x333333)
  static let faint = Color(0x777777)
  static let axis = Color(0x888888)
  static let grid = Color(0xE6E6E6)

  /// Colours that people with any kind of colour vision tell apart, the clearest on white first; black is the last.
  ///
  /// Source: M. Okabe and K. Ito, "Color Universal Design", 2008, https://jfly.uni-koeln.de/color/. Their yellow is left
  /// out: it cannot be seen as a line on white.
  static let palette = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000].map {
    Color(UInt32($0))
  }

  /// Patterns of lines; two series that share a colour differ here, for the counts have no common divisor.
  static let dashes: [[Double]] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3], [4, 2]]

  static func color(_ index: Int) -> Color { palette[index % palette.count] }
  static func dash(_ index: Int) -> [Double] { dashes[index % dashes.count] }

  /// Light for much or for little: a scale of one hue, from the bottom of a valley up to white.
  static func depth(_ part: Double) -> Color { Color(0x8FBCDD).mixed(with: .white, part) }

  /// Blue below the middle, vermillion above it, white at it.
  static func diverging(_ part: Double) -> Color {
    part < 0.5
      ? Color(0x0072B2).mixed(with: .white, 2 * part) : Color.white.mixed(with: Color(0xD55E00), 2 * part - 1)
  }

  /// White for 0, then blue, and nearly black for 1.
  static func growing(_ part: Double) -> Color {
    part < 0.6
      ? Color.white.mixed(with: Color(0x0072B2), part / 0.6)
      : Color(0x0072B2).mixed(with: Color(0x001E33), (part - 0.6) / 0.4)
  }

  /// The light colour of the region of a class.
  static func region(_ index: Int) -> Color { color(index).mixed(with: .white, index % 2 == 0 ? 0.82 : 0.62) }
}
