import NablaGraph

/// What each node of a scan's body depends on.
struct StepKinds {
  enum Kind: Int, Comparable {
    /// Nothing but constants.
    case constant
    /// Values that are the same in every step.
    case fixed
    /// Elements of sequences: known for all steps beforehand.
    case timed
    /// What the step before has left, or what only the loop itself can say.
    case carried

    static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
  }

  private var kinds: [Kind]
  /// How many operand positions and roots use each node; 0 for what no root needs.
  let uses: [UInt32]

  subscript(id: NodeID) -> Kind { kinds[id.index] }

  init(_ scan: ScanBuilder) {
    let body = scan.body
    uses = body.useCounts(from: scan.roots)
    kinds = Array(repeating: .constant, count: body.count)
    for bound in scan.captured { kinds[bound.input.index] = .fixed }
    for bound in scan.sequences { kinds[bound.input.index] = .timed }
    for carried in scan.carried { kinds[carried.input.index] = .carried }
    for id in body.ids where uses[id.index] > 0 {
      var kind = kinds[id.index]
      body.forEachOperand(of: id) { kind = max(kind, kinds[$0.index]) }
      if body.elementwise(id) == nil {
        switch body.operation(of: id) {
        // Not taken apart here.
        case .scan, .call, .result, .random: kind = .carried
        default: break
        }
      }
      kinds[id.index] = kind
    }
  }
}

extension Graph {
  /// How many elements a node has, as if every name were a hundred.
  func guessedCount(of id: NodeID) -> Double { type(of: id).shape.dimensions.reduce(1) { $0 * max(1, $1.guessed) } }
}
