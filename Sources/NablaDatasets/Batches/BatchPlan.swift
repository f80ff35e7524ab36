import NablaGraph

/// Which examples come together, and in which order: a pure function of its values and the number of an epoch.
///
/// With shuffling every epoch is a permutation of the examples: each comes exactly once. The permutation is Fisher and
/// Yates' with numbers of SplitMix64, keyed by the seed and the epoch:
///
///     mix(x)   the first number of SplitMix64 whose state is x
///     state  = mix(mix(seed) ^ epoch)
///     for i from count - 1 down to 1: swap i with the upper 64 bits of next()*(i + 1)
///
/// so that any epoch can be made without those before it.
///
/// For layers that remember from batch to batch, each place of a batch may read a part of the examples of its own, in
/// their order:
///
///     10 examples, batch 4:   [0, 3, 6, 8]  [1, 4, 7, 9]  [2, 5]
///
/// - Source: R. A. Fisher, F. Yates, 1938, in the form of R. Durstenfeld, "Algorithm 235", 1964; G. L. Steele, D. Lea,
///   C. H. Flood, 2014, doi:10.1145/2660193.2660195.
public struct BatchPlan: Hashable, Sendable {
  /// Examples of the set.
  public let count: Int
  /// Examples of a batch, at most `count`.
  public let batch: Int
  public let seed: UInt64
  public let arrangement: Arrangement
  /// Whether a last batch with fewer examples is given, and not left out.
  public let keepsLast: Bool

  /// What decides the order of the examples.
  public enum Arrangement: Hashable, Sendable {
    /// Another permutation in every epoch.
    case shuffled
    case stored
    /// Each place of a batch goes through a part of the examples of its own, in their order.
    case streams
  }

  /// - Precondition: `count` and `batch` are at least 1.
  public init(
    count: Int, batch: Int, seed: UInt64 = 0, _ arrangement: Arrangement = .shuffled, keepsLast: Bool = true
  ) {
    precondition(count > 0 && batch > 0, "examples, and a batch of some")
    self.count = count
    self.batch = min(batch, count)
    self.seed = seed
    self.arrangement = arrangement
    self.keepsLast = keepsLast
  }

  public var batchesPerEpoch: Int { keepsLast ? (count + batch - 1) / batch : count / batch }

  /// How many examples an epoch gives.
  public var examplesPerEpoch: Int { keepsLast ? count : count / batch * batch }

  /// All examples in the order of an epoch.
  public func order(epoch: Int) -> [Int] {
    switch arrangement {
    case .stored: return Array(0..<count)
    case .streams: return streams
    case .shuffled: break
    }
    var order = Array(0..<count)
    var seeding = SplitMix64(seed: seed)
    var keyed = SplitMix64(seed: seeding.next() ^ UInt64(truncatingIfNeeded: epoch))
    var random = SplitMix64(seed: keyed.next())
    order.withUnsafeMutableBufferPointer { order in
      var last = count - 1
      while last > 0 {
        order.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
        last -= 1
      }
    }
    return order
  }

  /// The next example of every stream, and again. Streams that are longer by one come first, so that a last batch with fewer
  /// examples goes on with the streams of its places.
  private var streams: [Int] {
    let (length, longer) = count.quotientAndRemainder(dividingBy: batch)
    return (0..<count).map { position in
      let (step, stream) = position.quotientAndRemainder(dividingBy: batch)
      return stream * length + min(stream, longer) + step
    }
  }

  /// The batches of an epoch.
  public func batches(epoch: Int) -> some Sequence<ArraySlice<Int>> & Sendable {
    let order = order(epoch: epoch)
    return stride(from: 0, to: examplesPerEpoch, by: batch).lazy.map { order[$0..<Swift.min($0 + batch, count)] }
  }
}

/// A place in the sequence of all batches, to go on from exactly there.
///
/// With the plan it says everything: which epoch it is, and how many of its examples have been given.
public struct BatchCursor: Hashable, Codable, Sendable {
  public var epoch: Int
  /// The examples of the epoch that came before.
  public var position: Int

  public init(epoch: Int = 0, position: Int = 0) {
    self.epoch = epoch
    self.position = position
  }
}
