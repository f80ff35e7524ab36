/// When a rule runs: the phases of rewriting, in the order of a program's way through the compiler.
public enum Phase: UInt8, CaseIterable, Hashable, Sendable {
  /// One form for equal expressions: sums and products collected, constants folded exactly, inverse pairs removed.
  case canonicalise
  /// The naive form of a formula becomes one that survives large arguments. Runs before differentiation.
  case stabilise
  /// What is cheaper to compute, though less readable: powers as multiplications, constants folded to bits.
  case specialise
  /// What a mathematician would write, for printing.
  case readable

  /// The most that a program may weigh after the phase when it weighed `start` before; what is heavier is dropped.
  ///
  /// The weight is the declared cost (``Graph/operationCount(of:)``), for printing the length of the text.
  ///
  /// - One form for equal expressions now and then costs a sign, as in `f(-1/(3*x)) + g(1/(3*x))`.
  /// - Stability has its price: what replaces `1/(1 + exp(-x))` is no cheaper where others need `exp(-x)` too. At worst
  ///   it is a few times the cost, when all pairs of many exponentials meet.
  /// - What a reader gets may be a little longer: multiplied out, it can be compared.
  /// - What runs may cost nothing.
  public func limit(from start: Int) -> Int {
    switch self {
    case .canonicalise: start + start / 8 + 4
    case .stabilise: 4 * start
    case .readable: start + start / 4
    case .specialise: start
    }
  }
}
