extension Graphviz {
  /// The most pixels that a PNG has; larger pictures get a lower resolution.
  public static let pixelLimit = 32_000_000
}

/// The dots an inch to render a picture with whose sides are given in points.
///
/// A vector format has one dot a point. A bitmap is drawn at twice a screen's 72, unless that makes more pixels than
/// the limit or a side longer than the drawing library allows, when Graphviz would write a warning to standard error.
func resolution(of format: PictureFormat, width: Double, height: Double) -> Double {
  let usual = 72.0
  guard format == .png else { return usual }
  let longestSide = 30_000.0
  let margin = 8.0  // around the picture, in points
  let (width, height) = (width + margin, height + margin)
  let pixels = 0.99 * Double(Graphviz.pixelLimit)  // the sides are rounded to whole pixels afterwards
  let scale = min(2, longestSide / max(width, height), (pixels / (width * height)).squareRoot())
  return usual * scale
}
