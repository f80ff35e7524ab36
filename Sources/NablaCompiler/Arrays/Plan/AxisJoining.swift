/// A reshape as groups of neighbouring axes with as many elements on both sides.
struct AxisJoining {
  private struct Group {
    var operand: [Int] = []
    var result: [Int] = []
  }

  private var groups: [Group] = []
  private let operand: [Int]
  private let result: [Int]

  /// - Returns: `nil` where there are no elements.
  init?(from operand: [Int], to result: [Int]) {
    (self.operand, self.result) = (operand, result)
    if operand.contains(0) || result.contains(0) { return nil }
    var (next, other) = (0, 0)
    while next < operand.count || other < result.count {
      var group = Group()
      var (count, target) = (1, 1)
      repeat {
        if count <= target, next < operand.count {
          count *= operand[next]
          group.operand.append(next)
          next += 1
        } else if other < result.count {
          target *= result[other]
          group.result.append(other)
          other += 1
        } else {
          return nil
        }
      } while count != target
      groups.append(group)
    }
  }

  /// The axes of the result that are several of the operand.
  var joined: Set<Int> { Set(groups.filter { $0.operand.count > 1 }.flatMap(\.result)) }

  /// The operand's index at an index of the result; `nil` unless that has a number along joined axes.
  func operandIndex(_ index: [LinearIndex], rank: Int) -> [LinearIndex]? {
    var positions = operand.map { _ in LinearIndex(constant: 0, rank: rank) }
    for group in groups where !group.operand.isEmpty {
      var place = LinearIndex(constant: 0, rank: rank)
      for axis in group.result {
        var next = LinearIndex(constant: 0, rank: rank)
        next.add(place, times: result[axis])
        next.add(index[axis], times: 1)
        place = next
      }
      if group.operand.count == 1 {
        positions[group.operand[0]] = place
        continue
      }
      guard place.isConstant else { return nil }
      var rest = place.offset
      for axis in group.operand.reversed() {
        positions[axis].offset = rest % operand[axis]
        rest /= operand[axis]
      }
    }
    return positions
  }
}
