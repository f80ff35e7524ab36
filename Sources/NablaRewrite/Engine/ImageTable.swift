import NablaGraph

/// What became of the nodes of a round. Nearly all scales are 1, so that one is eight bytes, not thirty-two.
struct ImageTable: ~Copyable {
  private struct Entry {
    var node: NodeID
    /// Where the scale stands.
    var scale: UInt32
  }

  private var entries = NodeColumn<Entry>()
  /// The first is 1.
  private var scales: [Rational] = [.one]

  var count: Int { entries.count }

  mutating func reset(count: Int) {
    scales.removeLast(scales.count - 1)
    entries.reset(count: count)
  }

  subscript(id: NodeID) -> Scaled {
    get {
      let entry = entries[id.index]
      return entry.scale == 0 ? Scaled(entry.node) : Scaled(scales[Int(entry.scale)], entry.node)
    }
    set {
      entries[id.index].node = newValue.node
      if newValue.scale.isOne {
        entries[id.index].scale = 0
      } else {
        entries[id.index].scale = UInt32(scales.count)
        scales.append(newValue.scale)
      }
    }
  }
}
