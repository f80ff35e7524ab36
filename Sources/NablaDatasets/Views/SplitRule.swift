import NablaData

/// Which examples are held out for validation or testing.
public enum SplitRule: Hashable, Sendable {
  /// The last fraction, before anything is shuffled, as Keras' `validation_split` has it.
  case fraction(Double)
  /// The last fraction of every class, so that the classes keep their shares.
  case stratified(Double)
  /// Every `period`-th example, the last one of each period: `index % 5 == 4` for a period of 5.
  case every(Int)

  /// Reads `0.2`, `stratified:0.2` or `every:5`.
  ///
  /// - Returns: `nil` for anything else: a fraction lies between 0 and 1, a period is at least 2.
  public init?(_ text: String) {
    func fraction(_ text: Substring) -> Double? { Double(text).flatMap { $0 > 0 && $0 < 1 ? $0 : nil } }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    switch parts.first {
    case "every" where parts.count == 2:
      guard let period = Int(parts[1]), period >= 2 else { return nil }
      self = .every(period)
    case "stratified" where parts.count == 2:
      guard let share = fraction(parts[1]) else { return nil }
      self = .stratified(share)
    default:
      guard parts.count == 1, let share = fraction(parts[0]) else { return nil }
      self = .fraction(share)
    }
  }
}

extension SplitRule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fraction(let share): PlainNumber.text(share)
    case .stratified(let share): "stratified:\(PlainNumber.text(share))"
    case .every(let period): "every:\(period)"
    }
  }
}
