/// Values by number and numbers by value: equal values get one index.
@usableFromInline
struct InternTable<Value: Fingerprinted & Sendable>: Sendable {
  @usableFromInline private(set) var values: [Value] = []
  private var index = HashIndex()
  /// The answer of the last call: runs of one value are frequent.
  private var last = 0

  var count: Int { values.count }

  @inlinable subscript(index: Int) -> Value { values[index] }

  mutating func intern(_ value: Value) -> Int {
    if last < values.count, values[last] == value { return last }
    let hash = value.fingerprint
    if let found = index.find(hash, where: { values[$0] == value }) {
      last = found
    } else {
      last = values.count
      index.insert(values.count, hash: hash)
      values.append(value)
    }
    return last
  }
}
