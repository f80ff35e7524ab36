import Foundation
import Nabla
import NablaGraph
import NablaRuntime

/// Compares reverse mode, forward mode and central differences of a scalar function of scalars.
struct GradientCheck {
  /// One parameter at one point.
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
        format: "%@ reverse %-22@ forward %-22@ differences %-22@ %.1e", padded as NSString,
        PlainNumber.text(reverse) as NSString, PlainNumber.text(forward) as NSString,
        PlainNumber.text(finite) as NSString, difference)
    }
  }

  private let formula: Formula
  private let value: Evaluator
  private let gradient: Evaluator
  private let tangent: Evaluator
  /// Positions of the real parameters.
  private let parameters: [Int]

  init(_ formula: Formula) throws {
    self.formula = formula
    value = try Evaluator(formula, [.value], backend: .interpreter)
    gradient = try Evaluator(formula, [.gradient], backend: .interpreter)
    tangent = try Evaluator(formula, [.jvp], backend: .interpreter)
    parameters = gradient.derived.parameters
  }

  func rows(at place: [Column]) throws -> [Row] {
    let reverse = try gradient.evaluate(place, points: 1).map { $0.doubles[0] }
    return try parameters.enumerated().map { index, position in
      let directions = parameters.indices.map { unit($0 == index, like: place[parameters[$0]]) }
      let forward = try tangent.evaluate(place + directions, points: 1)[0].doubles[0]
      return Row(
        label: DerivativeLabel(formula.name, formula.parameters[position]).text(.text), reverse: reverse[index],
        forward: forward, finite: try finiteDifference(place, position))
    }
  }

  private func unit(_ isOne: Bool, like column: Column) -> Column {
    Column(converting: [isOne ? 1 : 0], to: column.element) ?? Column([isOne ? 1.0 : 0])
  }

  /// Richardson's extrapolation of central differences, of the best of a few steps: the one whose halving changes least.
  private func finiteDifference(_ place: [Column], _ position: Int) throws -> Double {
    let x = place[position].doubles[0]
    let element = place[position].element
    func slope(_ h: Double) throws -> Double {
      var values: [Double] = []
      for point in [x - h, x + h] {
        var moved = place
        moved[position] = Column(converting: [point], to: element) ?? moved[position]
        values.append(try value.evaluate(moved, points: 1)[0].doubles[0])
      }
      return (values[1] - values[0]) / ((x + h) - (x - h))
    }
    var best = (estimate: Double.nan, error: Double.infinity)
    for exponent in stride(from: element == .f32 ? -2 : -2.0, through: element == .f32 ? -3 : -5, by: -0.5) {
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
