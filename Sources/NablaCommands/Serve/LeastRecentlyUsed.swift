/// A small table that forgets what was not used for longest.
struct LeastRecentlyUsed<Key: Hashable, Value> {
  private var entries: [Key: (value: Value, use: UInt64)] = [:]
  private var clock: UInt64 = 0
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  mutating func removeAll() { entries.removeAll() }

  /// The value of a key, made if it is not there.
  mutating func value<Failure>(_ key: Key, make: () throws(Failure) -> Value) throws(Failure) -> Value {
    clock += 1
    if let known = entries[key] {
      entries[key] = (known.value, clock)
      return known.value
    }
    let value = try make()
    if entries.count >= capacity, let oldest = entries.min(by: { $0.value.use < $1.value.use }) {
      entries[oldest.key] = nil
    }
    entries[key] = (value, clock)
    return value
  }
}
