import Nabla
import NablaGraph
import NablaLanguage
import NablaRuntime

/// A printed derivative, read as a program of the parameters of what it is the derivative of.
enum ReadBack {
  /// The values of the text at a point, repeated to a shape: a text may leave the repetition to broadcasting.
  ///
  /// - Parameter header: the parameters between their brackets.
  static func values(
    of text: String, _ header: String, at point: [Column], in shape: Shape, sizes: [String: Int] = [:]
  ) throws -> [Double] {
    let source = "g(\(header)) \(text.hasPrefix("{") ? "" : "= ")\(text)"
    let formula = try Formula(source, options: CheckOptions(sizes: sizes))
    let own = formula.program.graph.type(of: formula.program.roots[0].node).shape
    let values = try Evaluator(formula, [.value], backend: .interpreter).evaluate(point, points: 1)[0].doubles
    return repeated(values, own.dimensions.compactMap(\.constant), shape.dimensions.compactMap(\.constant))
  }

  /// The elements of an array as broadcasting repeats them; as they are where it does not fit.
  private static func repeated(_ values: [Double], _ own: [Int], _ full: [Int]) -> [Double] {
    let padded = Array(repeating: 1, count: max(0, full.count - own.count)) + own
    guard padded.count == full.count, zip(padded, full).allSatisfy({ $0 == $1 || $0 == 1 }) else { return values }
    var result: [Double] = []
    for index in 0..<full.reduce(1, *) {
      var (rest, place, step) = (index, 0, 1)
      for axis in full.indices.reversed() {
        let coordinate = rest % full[axis]
        rest /= full[axis]
        if padded[axis] > 1 { place += coordinate * step }
        step *= padded[axis]
      }
      result.append(values[place])
    }
    return result
  }
}
