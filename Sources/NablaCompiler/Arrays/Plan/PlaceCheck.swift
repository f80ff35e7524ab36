import NablaGraph

/// That integers of an array count along an axis: what a kernel looks up must be there before it begins.
///
/// What lies outside is an error of the run. Kernels that read with such integers do so anywhere in their loops, in
/// vectors and on several threads; so all of them are looked at first, in their order, and none of them is twice.
struct PlaceCheck: Hashable, Sendable {
  /// The places of the integers.
  let extents: [Int]
  /// The integers.
  let buffer: Int
  let address: LinearIndex
  /// The axis, and its number for messages.
  let extent: Int
  let axis: Int
  /// Where the indexing comes from.
  let origin: Origin

  /// All arrays that are read.
  var readBuffers: [Int] { [buffer] + address.reads.map(\.buffer) }

  static func == (a: Self, b: Self) -> Bool {
    a.buffer == b.buffer && a.address == b.address && a.extent == b.extent && a.extents == b.extents
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(buffer)
    hasher.combine(address)
    hasher.combine(extent)
    hasher.combine(extents)
  }
}

extension ArrayPlan {
  /// Leaves out checks of what an earlier kernel has looked at, on every thread that wants to know.
  mutating func checkOnce() {
    var known: [PlaceCheck: Bool] = [:]
    for number in kernels.indices where kernels[number].canFail {
      let isShared = isShared(kernels[number])
      let checks = kernels[number].checks
      kernels[number].removeChecks { known[$0].map { $0 || !isShared } ?? false }
      for check in checks { known[check] = (known[check] ?? false) || isShared }
    }
  }
}

extension ArrayKernel {
  fileprivate mutating func removeChecks(_ isKnown: (PlaceCheck) -> Bool) {
    switch self {
    case .loop(var loop):
      loop.checks.removeAll(where: isKnown)
      self = .loop(loop)
    case .rows(var rows):
      for part in rows.parts.indices { rows.parts[part].checks.removeAll(where: isKnown) }
      self = .rows(rows)
    default: break
    }
  }

  /// Whether it reads anywhere where integers of arrays say.
  var looksUp: Bool { bodies.contains { $0.sources.contains { $0.index?.lookups.isEmpty == false } } || canFail }

  private var bodies: [LoopKernel] {
    switch self {
    case .loop(let loop): [loop]
    case .rows(let rows): rows.parts
    case .contract(let product): product.epilogue.map { [$0] } ?? []
    default: []
    }
  }

  /// What must be true of integers before the kernel begins.
  var checks: [PlaceCheck] {
    bodies.flatMap(\.checks).unique
  }
}
