import NablaCalculus
import NablaGraph
import NablaRuntime

/// A Jacobian or Hessian of which most elements are always zero: as few directional derivatives as its sparsity allows
/// give all the others.
///
/// Rows are the elements of the results (for a Hessian, of the parameters), one after the other in row-major order;
/// columns the elements of the parameters.
///
///     let f = try Formula("f(x: [1000]) = sum((x[1:] - x[:-1]^2)^2)")
///     let hessian = try SparseDerivative(.hessian, of: f, at: point)
///     hessian.directions                              // 3
///     let matrix = try hessian.evaluate(at: point)    // matrix.pattern.columns(ofRow: 0) is [0, 1]
public struct SparseDerivative: Sendable {
  public enum Kind: Sendable { case jacobian, hessian }

  public let pattern: SparsityPattern
  private let colouring: Colouring
  /// Where each entry stands in the compressed matrix.
  private let places: [Place]
  private let evaluator: Evaluator
  /// Inputs of the function, before those of the direction.
  private let inputCount: Int
  /// Elements of each parameter that is differentiated by.
  private let extents: [Int]

  private struct Place: Sendable {
    var row: Int
    var colour: Int
  }

  /// Directional derivatives that one matrix takes.
  public var directions: Int { colouring.colourCount }

  /// Finds the pattern, colours it and compiles the directional derivative.
  ///
  /// - Parameters:
  ///   - point: one column an input. Integers among them may choose elements, so the pattern is right for these alone;
  ///     it does not depend on real values.
  /// - Throws: ``DerivativeError``, `LoweringError`, `ExecutionError`.
  /// - Complexity: to find the pattern, as many evaluations of a linear image of the function as the fullest row has
  ///   entries, times the logarithm of the number of columns.
  public init(
    _ kind: Kind, of formula: Formula, by parameters: [String]? = nil, at point: [Column], backend: Backend = .auto
  ) throws {
    let direction = kind == .jacobian ? Want.jvp : .hvp
    evaluator = try Evaluator(formula, [direction], by: parameters, backend: backend)
    inputCount = formula.program.inputs.count
    let derived = try formula.differentiated([kind == .jacobian ? .value : .gradient], by: parameters)
    let dependence = try Dependence(derived, at: point)
    extents = dependence.extents
    switch kind {
    case .jacobian:
      pattern = dependence.pattern
      colouring = .columns(of: pattern)
      places = colouring.places(in: pattern).map { Place(row: $0.row, colour: $0.colour) }
    case .hessian:
      pattern = dependence.pattern.symmetrised
      colouring = .symmetric(pattern)
      places = colouring.symmetricPlaces(in: pattern).map { Place(row: $0.row, colour: $0.colour) }
    }
  }

  /// - Parameter point: one column an input of the function, each with the numbers of one point.
  public func evaluate(at point: [Column]) throws(ExecutionError) -> SparseMatrix {
    let inputs = evaluator.executable.signature.inputs
    var columns = point
    var first = 0
    for (part, extent) in extents.enumerated() {
      columns.append(seeds(first, extent, of: inputs[inputCount + part].type.element))
      first += extent
    }
    // The directions are the points of one call.
    let results = try evaluator.evaluate(columns, points: max(directions, 1))
    var parts: [(first: Int, extent: Int, values: [Double])] = []
    var rows = 0
    for (port, column) in zip(evaluator.executable.signature.outputs, results) {
      parts.append((rows, port.count, column.doubles))
      rows += port.count
    }
    var part = Array(repeating: 0, count: rows)
    for (index, block) in parts.enumerated() {
      for row in block.first..<block.first + block.extent { part[row] = index }
    }
    return SparseMatrix(
      pattern: pattern,
      values: places.map { place in
        let block = parts[part[place.row]]
        return block.values[place.colour * block.extent + place.row - block.first]
      })
  }

  /// For each colour, ones at the parameter's elements of that colour.
  private func seeds(_ first: Int, _ extent: Int, of element: ElementType) -> Column {
    var values = Array(repeating: 0.0, count: max(directions, 1) * extent)
    for index in 0..<extent { values[colouring.colours[first + index] * extent + index] = 1 }
    return element == .f32 ? Column(values.map { Float($0) }) : Column(values)
  }
}
