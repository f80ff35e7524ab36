import NablaCompiler

/// What was measured of one kernel: what it took to make it, and what it takes for a point.
struct BenchmarkPass {
  /// From the checked program to the one that is compiled.
  let lowering: Lowering
  /// Operations of one point.
  let operations: Int
  let compile: Duration
  /// Whether the kernel was found in the cache, so that ``compile`` is the time of loading it.
  let isCached: Bool
  /// What ran it in the end.
  let backend: Backend
  let points: Int
  let sample: Sample
  /// What one call takes, where there is one point.
  let call: CallSample?
  let workspace: Int
  let note: String?

  struct Lowering {
    /// Deriving and simplifying.
    let total: Duration
    /// The part of the rewriter: before the derivative is taken, and after.
    let simplify: Duration
  }
}
