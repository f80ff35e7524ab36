/// How much `dot` may think about a layout.
///
/// Its network simplex takes seconds for a hundred nodes when edges are long, and hours for a thousand. The attributes
/// bound its iterations, so that everything up to ``limit`` is drawn in a few seconds; what is larger is refused.
enum LayoutEffort: CaseIterable {
  case thorough, brief, hasty

  /// The largest ``LayoutSize/extent`` that is laid out at all.
  static let limit = 20_000

  /// The most effort that a graph of this extent can be given, if any.
  init?(extent: Int) {
    switch extent {
    case ...1_500: self = .thorough
    case ...6_000: self = .brief
    case ...Self.limit: self = .hasty
    default: return nil
    }
  }

  /// Graph attributes, set where the text does not set them itself.
  var attributes: [(name: String, value: String)] {
    switch self {
    case .thorough: []
    case .brief: [("nslimit", "1"), ("nslimit1", "1")]
    case .hasty: [("nslimit", "0.1"), ("nslimit1", "0.1"), ("mclimit", "0.3"), ("splines", "line")]
    }
  }
}
