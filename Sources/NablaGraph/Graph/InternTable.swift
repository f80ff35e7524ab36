/// Values by number and numbers by value: equal values get one index.
struct InternTable<Value: Hashable & Sendable>: Sendable {
  private var values: [Value] = []
  private var indices: [Value: Int] = [:]

  var count: Int { values.count }

  subscript(index: Int) -> Value { values[index] }

  mutating func intern(_ value: Value) -> Int {
    if let index = indices[value] { return index }
    indices[value] = values.count
    values.append(value)
    return values.count - 1
  }
}
