import Foundation
import Nabla
import NablaData
import NablaGraph
import NablaRuntime

/// Compares reverse mode, forward mode and central differences of a scalar function, element by element.
struct GradientCheck {
  /// One element of a parameter at one point.
  struct Row: CustomStringConvertible {
    let label: String
    let reverse: Double
    let forward: Double
    let finite: Double

    /// Whether there is anything to compare.
    var isDefined: Bool { reverse.isFinite && forward.isFinite && finite.isFinite }

    /// The largest difference between any two, relative to the largest magnitude, absolute below one.
    var difference: Double {
      let scale = max(1, abs(reverse), abs(forward), abs(finite))
      return max(abs(reverse - finite), abs(forward - finite), abs(reverse - forward)) / scale
    }

    var description: String {
      let padded = label.padding(toLength: max(label.count, 8), withPad: " ", startingAt: 0)
      return String(
        format: "%@ reverse %-22@ forward %-22@ differences %-22@ %@", padded as NSString,
        PlainNumber.text(reverse) as NSString, PlainNumber.text(forward) as NSString,
        PlainNumber.text(finite) as NSString,
        (isDefined ? String(format: "%.1e", difference) : "not compared") as NSString)
    }
  }

  private let formula: Formula
  private let value: Evaluator
  private let gradient: Evaluator
  private let tangent: Evaluator
  /// Positions of the real parameters.
  private let parameters: [Int]

  /// The most elements of a parameter that are compared; of a larger array as many, at equal distances.
  static let elementLimit = 1000

  /// - Throws: ``ExecutionError/memory(_:)`` where a point is larger than the memory, beside what the backends throw.
  init(_ formula: Formula) throws {
    self.formula = formula
    value = try Evaluator(formula, [.value], backend: .interpreter)
    gradient = try Evaluator(formula, [.gradient], backend: .interpreter)
    tangent = try Evaluator(formula, [.jvp], backend: .interpreter)
    parameters = gradient.derived.parameters
    // A point, and one that is moved; a direction, and the gradient.
    let bytes = MemoryNeed.bytes(of: value.executable.signature.inputs, points: 4)
    try MemoryNeed(columns: bytes, workspace: 0).check()
  }

  /// Arrays of which not all elements are compared, with how many they have.
  var sampled: [(name: String, count: Int)] {
    parameters.compactMap { position in
      let count = value.executable.signature.inputs[position].count
      return count > GradientCheck.elementLimit ? (formula.parameters[position], count) : nil
    }
  }

  func rows(at place: [Column]) throws -> [Row] {
    let reverse = try gradient.evaluate(place, points: 1).map(\.doubles)
    var rows: [Row] = []
    for (index, position) in parameters.enumerated() {
      let label = DerivativeLabel(formula.name, formula.parameters[position]).text(.text)
      let shape = value.executable.signature.inputs[position].type.shape
      let step = max(1, (reverse[index].count - 1) / GradientCheck.elementLimit + 1)
      for element in stride(from: 0, to: reverse[index].count, by: step) {
        let directions = parameters.indices.map { unit($0 == index ? element : nil, like: place[parameters[$0]]) }
        rows.append(
          Row(
            label: label + GradientCheck.index(of: element, in: shape), reverse: reverse[index][element],
            forward: try tangent.evaluate(place + directions, points: 1)[0].doubles[0],
            finite: try finiteDifference(place, position, element)))
      }
    }
    return rows
  }

  /// The parameters with their values at a place, as a program writes them.
  func values(at place: [Column]) -> [(name: String, text: String)] {
    zip(formula.parameters, zip(place, value.executable.signature.inputs)).map { name, value in
      let (column, port) = value
      let text =
        port.type.isScalar
        ? PlainNumber.text(column.doubles[0])
        : TensorJSON(column, port.type.shape.dimensions.map { $0.constant ?? 0 }).value(at: 0).text
      return (name, text)
    }
  }

  /// `[1, 2]` for an element of an array, nothing for a scalar.
  private static func index(of element: Int, in shape: Shape) -> String {
    if shape.rank == 0 { return "" }
    var rest = element
    var indices: [Int] = []
    for extent in shape.dimensions.reversed().map({ $0.constant ?? 1 }) {
      indices.append(rest % max(extent, 1))
      rest /= max(extent, 1)
    }
    return "[\(indices.reversed().map(String.init).joined(separator: ", "))]"
  }

  private func unit(_ element: Int?, like column: Column) -> Column {
    var numbers = Array(repeating: 0.0, count: column.doubles.count)
    if let element { numbers[element] = 1 }
    return Column(converting: numbers, to: column.element) ?? Column(numbers)
  }

  /// Richardson's extrapolation of central differences, of the best of a few steps: the one whose halving changes least.
  private func finiteDifference(_ place: [Column], _ position: Int, _ index: Int) throws -> Double {
    let x = place[position].doubles[index]
    let element = place[position].element
    func slope(_ h: Double) throws -> Double {
      var values: [Double] = []
      for point in [x - h, x + h] {
        var moved = place
        var numbers = place[position].doubles
        numbers[index] = point
        moved[position] = Column(converting: numbers, to: element) ?? moved[position]
        values.append(try value.evaluate(moved, points: 1)[0].doubles[0])
      }
      return (values[1] - values[0]) / ((x + h) - (x - h))
    }
    var best = (estimate: Double.nan, error: Double.infinity)
    for exponent in stride(from: -2, through: element == .f32 ? -3 : -5, by: -0.5) {
      let h = max(abs(x), 1) * Foundation.pow(10, exponent)
      let (wide, narrow) = (try slope(h), try slope(h / 2))
      let error = abs(wide - narrow)
      if error < best.error { best = ((4 * narrow - wide) / 3, error) }
    }
    return best.estimate
  }

  /// Points at which the function and its gradient are finite, drawn from several ranges.
  func randomPoints(_ count: Int, seed: UInt64) throws -> [[Column]] {
    var random = SplitMix64(seed: seed)
    var places: [[Column]] = []
    let ranges: [ClosedRange<Double>] = [0.1...2, -2...2, 0.05...0.95, 1...10, -10...10]
    for attempt in 0..<200 where places.count < count {
      let range = ranges[attempt % ranges.count]
      let place = value.executable.signature.inputs.map { port in
        let numbers = (0..<port.count).map { _ in
          port.type.element.isFloat
            ? Double.random(in: range, using: &random) : Double(Int.random(in: 0...1, using: &random))
        }
        return Column(converting: numbers, to: port.type.element) ?? Column(zeros: port.count, of: port.type.element)
      }
      let results = try value.evaluate(place, points: 1) + gradient.evaluate(place, points: 1)
      if results.allSatisfy({ $0.doubles.allSatisfy(\.isFinite) }) { places.append(place) }
    }
    return places
  }
}
