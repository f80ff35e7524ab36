/// A set of the names of one text, which have small numbers.
struct NameSet {
  private var isMember: [Bool] = []

  func contains(_ name: NameID) -> Bool { name.index < isMember.count && isMember[name.index] }

  mutating func insert(_ name: NameID) {
    if name.index >= isMember.count {
      isMember += repeatElement(false, count: name.index + 1 - isMember.count)
    }
    isMember[name.index] = true
  }
}
