/// A small table that forgets what was not used for longest.
struct LeastRecentlyUsed<Key: Hashable, Value> {
  private var values: [Key: Value] = [:]
  /// When each was used. Apart from the values, which are large and would be copied when the oldest is looked for.
  private var uses: [Key: UInt64] = [:]
  private var clock: UInt64 = 0
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  mutating func removeAll() {
    values.removeAll()
    uses.removeAll()
  }

  /// The value of a key, made if it is not there.
  mutating func value<Failure>(_ key: Key, make: () throws(Failure) -> Value) throws(Failure) -> Value {
    clock += 1
    if let known = values[key] {
      uses[key] = clock
      return known
    }
    let value = try make()
    if values.count >= capacity, let oldest = uses.min(by: { $0.value < $1.value }) {
      values[oldest.key] = nil
      uses[oldest.key] = nil
    }
    values[key] = value
    uses[key] = clock
    return value
  }
}
