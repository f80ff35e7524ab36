import Nabla
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// The values of a function at many points that differ in some of its parameters.
struct Sampling {
  struct Result {
    let name: String
    /// 0 for the function, 1 for its derivative.
    let group: Int
    let values: [Double]
  }

  let results: [Result]

  /// - Parameters:
  ///   - fixed: the other parameters.
  ///   - samples: a list of values for each free parameter, all of one length.
  ///   - derivative: by the first of them.
  init(
    _ input: SourceOptions, _ formula: Formula, at fixed: Point, _ samples: [(name: String, values: [Double])],
    derivative: Bool = false
  ) throws {
    let known = Set(formula.parameters + formula.sizeParameters)
    let first = samples.map { sample in
      Point.Member(name: sample.name, value: .json(.double(sample.values[0])))
    }
    let point = Point((fixed.members + first).filter { known.contains($0.name) })
    let bound = try input.bound(formula, at: point).started(seed: input.seed)
    try bound.requireSizes { "give it with --size \($0)=…" }
    let batch = PointReader(bound).batch(points: [point], vector: nil)
    if let problem = batch.problems.first { throw problem.problem }
    var columns = batch.columns
    let points = samples.first?.values.count ?? 1
    for sample in samples {
      guard let position = bound.parameters.firstIndex(of: sample.name) else { continue }
      columns[position] = (try? Column(sample.values).converted(to: columns[position].element)) ?? columns[position]
    }
    let hasDerivative = derivative && bound.parameters.contains(samples[0].name)
    // By one number, the Jacobian of several results has the shapes of the results.
    let roots = bound.program.roots
    let isScalar = roots.count == 1 && bound.program.graph.type(of: roots[0].node).isScalar
    let slope = isScalar ? Want.gradient : .jacobian
    let evaluator = try Evaluator(
      bound, hasDerivative ? [.value, slope] : [.value], by: hasDerivative ? [samples[0].name] : nil,
      backend: .interpreter)
    let found = try Problem.reporting(in: bound.source) { try evaluator.evaluate(columns, points: points) }
    var results: [Result] = []
    for (output, column) in zip(evaluator.derived.outputs, found) {
      let isDerivative = output.want == slope
      let name = bound.resultName(output.result ?? 0) + (isDerivative ? "′" : "")
      let values = column.doubles
      let width = values.count / max(points, 1)
      for element in 0..<width {
        results.append(
          Result(
            name: width == 1 ? name : "\(name)[\(element)]", group: isDerivative ? 1 : 0,
            values: (0..<points).map { values[$0 * width + element] }))
      }
    }
    self.results = results
  }
}
