import CNablaMath
import NablaGraph

/// A program of `f64` scalars in the form that runs fastest: block functions on *places*.
///
/// A place is where a block of 256 points or fewer lies: in the column of an input, in the column of an output, or in
/// memory of its own. Inputs are read and outputs written where they are, without copies, as long as their columns have no
/// gaps.
struct StreamProgram: Sendable {
  struct Step: Sendable {
    let block: nabla_block
    var x: Int32
    var y: Int32
    var z: Int32
    var result: Int32
  }

  private(set) var steps: [Step] = []
  /// Literals by the places that hold them for a whole call.
  private(set) var literals: [(place: Int32, value: Double)] = []
  let inputCount: Int
  let outputCount: Int
  /// Places that are memory of their own.
  let memoryCount: Int

  var placeCount: Int { inputCount + outputCount + memoryCount }

  /// Beyond this many places a point is no longer small.
  private static let widthLimit = 1 << 28

  /// - Returns: `nil` for a program with arrays or other element types.
  init?(_ list: InstructionList, _ signature: Signature) {
    guard (signature.inputs + signature.outputs).allSatisfy({ $0.count == 1 && $0.type.element == .f64 }),
      list.prologue.allSatisfy({ $0.elements == 1 }), list.body.allSatisfy({ $0.elements == 1 }),
      list.width <= StreamProgram.widthLimit
    else { return nil }
    inputCount = signature.inputs.count
    outputCount = signature.outputs.count
    let first = Int32(inputCount + outputCount)
    // The place of what is in each register now. Literals have places of their own, filled once a call.
    var places = (0..<Int32(list.width)).map { first + $0 }
    let firstLiteral = first + Int32(list.width)
    literals = list.literals.enumerated().map { (firstLiteral + Int32($0.offset), Double(bitPattern: $0.element.bits)) }
    memoryCount = list.width + list.literals.count
    for instruction in list.prologue + list.body {
      let own = first + Int32(instruction.result)
      switch instruction.action {
      case .floats, .select:
        let operands = [instruction.x, instruction.y, instruction.z].map { places[Int($0)] }
        let f = instruction.action == .select ? Elementwise.select : instruction.function
        places[Int(instruction.result)] = own
        steps.append(Step(block: f.block, x: operands[0], y: operands[1], z: operands[2], result: own))
      case .literal:
        places[Int(instruction.result)] = firstLiteral + Int32(instruction.index)
      case .load:
        places[Int(instruction.result)] = Int32(instruction.index)
      case .store:
        let output = Int32(inputCount) + Int32(instruction.index)
        let place = places[Int(instruction.x)]
        if let last = steps.indices.last, steps[last].result == place, place >= first {
          steps[last].result = output
          places[Int(instruction.x)] = output
        } else {
          steps.append(Step(block: Elementwise.identity.block, x: place, y: place, z: place, result: output))
        }
      default:
        return nil
      }
    }
  }

  /// Points a block: few enough that the memory stays in a core's first cache, and enough to pay for a step.
  func lanes(points: Int) -> Int {
    let nearest = (1 << 13) / max(memoryCount, 1)
    let second = (1 << 17) / max(memoryCount, 1)
    return max(1, min(points, nearest >= 64 ? min(nearest, 256) & ~7 : max(8, min(second, 64) & ~7)))
  }

  func run(
    arguments: UnsafePointer<UnsafeRawPointer>, results: UnsafePointer<UnsafeMutableRawPointer>,
    dimensions: UnsafePointer<Int>
  ) {
    let points = dimensions[0]
    let lanes = lanes(points: points)
    let buffered = bufferedColumns(arguments, results, dimensions)
    let own = memoryCount + buffered.count
    withUnsafeTemporaryAllocation(byteCount: max(own * lanes * 8, 64), alignment: 64) { bytes in
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>.self, capacity: max(placeCount, 1)) { places in
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: Double.self) else { return }
        for place in 0..<inputCount {
          // Read only: no step has an input as its result.
          places[place] = UnsafeMutablePointer(mutating: arguments[place].assumingMemoryBound(to: Double.self))
        }
        for place in 0..<outputCount {
          places[inputCount + place] = results[place].assumingMemoryBound(to: Double.self)
        }
        for place in 0..<memoryCount { places[inputCount + outputCount + place] = base + place * lanes }
        for (number, column) in buffered.enumerated() { places[column] = base + (memoryCount + number) * lanes }
        for (place, value) in literals { places[Int(place)].update(repeating: value, count: lanes) }
        var first = 0
        while first < points {
          let count = min(lanes, points - first)
          for column in buffered where column < inputCount {
            read(arguments[column], dimensions[1 + column], first, to: places[column], count)
          }
          execute(places, count)
          for column in buffered where column >= inputCount {
            write(places[column], to: results[column - inputCount], dimensions[1 + column], first, count)
          }
          first += count
          advance(places, buffered, count)
        }
      }
    }
  }

  private func execute(_ places: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>>, _ count: Int) {
    steps.withUnsafeBufferPointer { steps in
      for step in steps {
        step.block(
          places[Int(step.x)], places[Int(step.y)], places[Int(step.z)], places[Int(step.result)], count)
      }
    }
  }

  /// Columns that a block cannot use where they are: those with gaps, repeated ones, and outputs that lie where an input
  /// does, which may be read after they are written.
  private func bufferedColumns(
    _ arguments: UnsafePointer<UnsafeRawPointer>, _ results: UnsafePointer<UnsafeMutableRawPointer>,
    _ dimensions: UnsafePointer<Int>
  ) -> [Int] {
    // A set of addresses costs more than a few comparisons.
    let isSmall = inputCount * outputCount <= 256
    var addresses: Set<UnsafeRawPointer> = []
    if !isSmall { for column in 0..<inputCount { addresses.insert(arguments[column]) } }
    var columns: [Int] = []
    for column in 0..<inputCount + outputCount {
      if dimensions[1 + column] != 1 {
        columns.append(column)
      } else if column >= inputCount {
        let address = UnsafeRawPointer(results[column - inputCount])
        let isShared = isSmall ? (0..<inputCount).contains { arguments[$0] == address } : addresses.contains(address)
        if isShared { columns.append(column) }
      }
    }
    return columns
  }

  private func read(
    _ base: UnsafeRawPointer, _ stride: Int, _ first: Int, to place: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    let from = base.assumingMemoryBound(to: Double.self) + first * stride
    for point in 0..<count { place[point] = from[point * stride] }
  }

  private func write(
    _ place: UnsafeMutablePointer<Double>, to base: UnsafeMutableRawPointer, _ stride: Int, _ first: Int, _ count: Int
  ) {
    let target = base.assumingMemoryBound(to: Double.self) + first * stride
    for point in 0..<count { target[point * stride] = place[point] }
  }

  /// Moves the columns that are used where they are to the next block.
  private func advance(
    _ places: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>>, _ buffered: [Int], _ count: Int
  ) {
    var next = 0
    for column in 0..<inputCount + outputCount {
      if next < buffered.count, buffered[next] == column {
        next += 1
      } else {
        places[column] += count
      }
    }
  }
}
