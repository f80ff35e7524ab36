/// The steps of a run, one after the other: the next one is taken when it is asked for, off the caller's thread.
///
/// Leaving the loop, or cancelling the task that it runs in, ends the run after the step; it can be resumed, saved or run
/// on from there.
public struct TrainingSequence: AsyncSequence, Sendable {
  let trainer: Trainer

  public struct Iterator: AsyncIteratorProtocol {
    let trainer: Trainer
    private var run: TrainingRun?

    init(_ trainer: Trainer) { self.trainer = trainer }

    /// Takes a step.
    ///
    /// - Returns: `nil` when the run is complete, or its task has been cancelled.
    public mutating func next() async throws -> TrainingProgress? {
      if Task.isCancelled { return nil }
      let run = try self.run ?? TrainingRun(trainer)
      self.run = run
      return try run.next()
    }
  }

  public func makeAsyncIterator() -> Iterator { Iterator(trainer) }
}

extension Trainer {
  /// Trains step by step, until all epochs are done, early stopping ends it, or nobody asks for more.
  public func run() -> TrainingSequence { TrainingSequence(trainer: self) }

  /// Trains on the caller's thread, until all epochs are done, early stopping ends it, or the report says so.
  ///
  /// - Parameter report: called after every step; `false` stops the run there, where it can be resumed.
  /// - Returns: whether the run is complete.
  /// - Throws: ``TrainingError/notFinite(step:epoch:place:)``; the variables are then those of the beginning of the epoch.
  @discardableResult
  public func run(_ report: (TrainingProgress) throws -> Bool) throws -> Bool {
    let run = try TrainingRun(self)
    while let progress = try run.next() {
      let goesOn = try report(progress)
      if !goesOn, !state.isStopped { return state.cursor.epoch >= recipe.epochs }
    }
    return true
  }

  /// Whether all epochs are done, or early stopping has ended the run.
  public var isComplete: Bool { state.isStopped || state.cursor.epoch >= recipe.epochs }
}
