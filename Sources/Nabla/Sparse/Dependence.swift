import NablaCalculus
import NablaGraph
import NablaRuntime

/// Which elements of a program's real results depend on which elements of its parameters.
struct Dependence {
  let pattern: SparsityPattern
  /// Elements of each parameter.
  let extents: [Int]

  /// Seeds that are tried at once: points of one call.
  private static let blockSize = 256

  init(_ derived: DerivedProgram, at point: [Column]) throws {
    var program = derived.program.inlined()
    let inputs = derived.parameters.map { program.inputs[$0] }
    let seeds = inputs.enumerated().map { position, input in
      program.graph.parameter("seed \(position)", TensorType(.f64, program.graph.type(of: input).shape))
    }
    let images = program.graph.dependence(of: program.rootNodes, from: inputs, along: seeds)
    let function = program.inputs.count
    program.inputs += seeds
    program.roots = images.enumerated().map { Program.Root("\($0)", $1) }
    let interpreter = try Interpreter(program.compacted())
    extents = interpreter.signature.inputs[function...].map(\.count)

    let rowCount = interpreter.signature.outputs.reduce(0) { $0 + $1.count }
    pattern = try Dependence.pattern(of: interpreter, at: point, extents, rowCount: rowCount)
  }

  /// Into how many parts an interval of columns is divided.
  private static let division = 4

  /// First which rows depend on any column at all, then on which interval of columns, down to single ones.
  ///
  /// Intervals that no row may depend on together are tried at once. A row of a band keeps few intervals at every length,
  /// so the number of trials grows with the logarithm of the number of columns, and with the width of the band.
  private static func pattern(
    of interpreter: Interpreter, at point: [Column], _ extents: [Int], rowCount: Int
  ) throws -> SparsityPattern {
    let total = extents.reduce(0, +)
    var intervals = total > 0 ? [0..<total] : []
    var pattern = SparsityPattern(
      rows: Array(repeating: Array(intervals.indices), count: rowCount), columnCount: intervals.count)
    while true {
      pattern = try tried(pattern, intervals, of: interpreter, at: point, extents)
      guard intervals.contains(where: { $0.count > 1 }) else { return pattern }
      var parts: [Range<Int>] = []
      let children = intervals.map { interval -> Range<Int> in
        let start = parts.count
        let length = max(1, (interval.count + division - 1) / division)
        for lower in stride(from: interval.lowerBound, to: interval.upperBound, by: length) {
          parts.append(lower..<min(lower + length, interval.upperBound))
        }
        return start..<parts.count
      }
      let rows = (0..<rowCount).map { row in pattern.columns(ofRow: row).flatMap { children[$0] } }
      pattern = SparsityPattern(rows: rows, columnCount: parts.count)
      intervals = parts
    }
  }

  /// The entries of a pattern of intervals on which the rows really depend.
  private static func tried(
    _ pattern: SparsityPattern, _ intervals: [Range<Int>], of interpreter: Interpreter, at point: [Column],
    _ extents: [Int]
  ) throws -> SparsityPattern {
    let colouring = Colouring.columns(of: pattern)
    var members = Array(repeating: [Range<Int>](), count: colouring.colourCount)
    for (interval, colour) in zip(intervals, colouring.colours) { members[colour].append(interval) }
    var rows = Array(repeating: [Int](), count: pattern.rowCount)
    for start in stride(from: 0, to: colouring.colourCount, by: blockSize) {
      let block = start..<min(start + blockSize, colouring.colourCount)
      let seeds = seeds(Array(members[block]), extents)
      let results = try interpreter.evaluate(point + seeds, points: block.count)
      var first = 0
      for (port, column) in zip(interpreter.signature.outputs, results) {
        let values = column.doubles
        for row in 0..<port.count {
          for entry in pattern.columns(ofRow: first + row) {
            let colour = colouring.colours[entry]
            guard block.contains(colour), values[(colour - start) * port.count + row] != 0 else { continue }
            rows[first + row].append(entry)
          }
        }
        first += port.count
      }
    }
    return SparsityPattern(rows: rows.map { $0.sorted() }, columnCount: pattern.columnCount)
  }

  /// One column a parameter: for each trial, ones at the elements of its intervals.
  private static func seeds(_ trials: [[Range<Int>]], _ extents: [Int]) -> [Column] {
    var first = 0
    return extents.map { extent in
      var values = Array(repeating: 0.0, count: trials.count * extent)
      for (offset, intervals) in trials.enumerated() {
        for interval in intervals {
          let own = interval.clamped(to: first..<first + extent)
          for column in own { values[offset * extent + column - first] = 1 }
        }
      }
      first += extent
      return Column(values)
    }
  }
}
