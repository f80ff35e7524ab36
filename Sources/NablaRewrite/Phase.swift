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
}
