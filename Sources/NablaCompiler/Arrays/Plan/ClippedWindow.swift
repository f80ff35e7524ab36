/// A window at the edge of an array: of the places along a summed axis, only those count that meet the array.
///
/// At the place `t` along another axis, the element `w` of the window meets the place `w + step·t - low` of the array.
struct ClippedWindow: Hashable, Sendable {
  /// The axes of the window's elements and of its places, by number, and how long they are.
  let sum: Int
  let place: Int
  let sumExtent: Int
  let placeExtent: Int
  /// From one place of the window to the next.
  let step: Int
  /// How far the window reaches beyond the beginning of the array, and how many places the array has.
  let low: Int
  let extent: Int

  /// The elements that meet the array, at all places together.
  var count: Int {
    (0..<placeExtent).reduce(0) { sum, place in
      let first = max(0, low - step * place)
      return sum + max(0, min(sumExtent, extent + low - step * place) - first)
    }
  }

  /// Declares, in C, the first element that counts and how many do, at a place that a variable names.
  func bounds(_ number: Int, at place: String, indent: String) -> String {
    let (first, end) = ("\(low) - \(place) * \(step)", "\(extent + low) - \(place) * \(step)")
    return """
      \(indent)const int64_t first\(number) = \(first) > 0 ? \(first) : 0;
      \(indent)const int64_t end\(number) = \(end) < \(sumExtent) ? \(end) : \(sumExtent);
      \(indent)const int64_t n\(number) = end\(number) > first\(number) ? end\(number) - first\(number) : 0;

      """
  }
}
