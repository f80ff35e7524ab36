/// One search of a ``Minimizer``: the point where it stands and what it remembers.
struct Search<F: Objective> {
  private let options: Minimizer
  var objective: F
  private var x: [Double]
  private var value = Double.nan
  private var gradient: [Double]
  private var iteration = 0
  private var evaluations = 0
  private var approximation: QuasiNewton
  /// The last step of `gradient`, from which the next one begins.
  private var lastStep: Double?

  init(_ options: Minimizer, _ objective: F, _ start: [Double]) {
    self.options = options
    self.objective = objective
    x = start
    gradient = Array(repeating: 0, count: start.count)
    approximation = QuasiNewton(memory: options.method == .bfgs ? nil : max(options.memory, 1))
  }

  mutating func run(_ progress: (Minimizer.Progress) -> Bool) throws -> Minimum {
    var slopes = gradient
    value = try evaluate(x, &slopes)
    gradient = slopes
    guard value.isFinite, gradient.allSatisfy(\.isFinite) else { return ended(.notFinite) }
    while true {
      guard progress(Minimizer.Progress(iteration: iteration, x: x, value: value, slope: gradient.largestMagnitude))
      else {
        return ended(.stopped)
      }
      if gradient.largestMagnitude <= options.tolerance {
        guard options.method == .newton else { return ended(.converged) }
        switch try escape() {
        case nil: return ended(.converged)
        case false: return ended(.saddle)
        case true: break
        }
      } else {
        if iteration >= options.iterationLimit { return ended(.iterationLimit) }
        if let end = try advance() { return ended(end) }
      }
      iteration += 1
      if value == -.infinity { return ended(.unbounded) }
    }
  }

  private func ended(_ state: Minimum.State) -> Minimum {
    Minimum(state: state, x: x, value: value, gradient: gradient, iterations: iteration, evaluations: evaluations)
  }

  private mutating func evaluate(_ x: [Double], _ gradient: inout [Double]) throws -> Double {
    evaluations += 1
    return try objective.evaluate(at: x, gradient: &gradient)
  }

  // MARK: One iteration

  /// - Returns: why the search ends; `nil` after a step.
  private mutating func advance() throws -> Minimum.State? {
    switch options.method {
    case .gradient: return try backtrack()
    case .bfgs, .lbfgs:
      var direction = approximation.direction(gradient)
      if !(dot(direction, gradient) < 0) {
        approximation.forget()
        direction = gradient.map { -$0 }
      }
      if let end = try step(along: direction, first: approximation.isEmpty ? 1 / max(gradient.norm, 1e-300) : 1) {
        if approximation.isEmpty || end == .unbounded { return end }
        // What was learnt elsewhere may mislead: once more, down the gradient.
        approximation.forget()
        return try step(along: gradient.map { -$0 }, first: 1 / max(gradient.norm, 1e-300))
      }
      return nil
    case .newton:
      let hessian = try SymmetricMatrix(objective.hessian(at: x), count: x.count)
      guard let direction = hessian.descent(gradient) else { return .notFinite }
      return try step(along: direction, first: 1)
    }
  }

  /// A step that satisfies the strong Wolfe conditions.
  private mutating func step(along direction: [Double], first: Double) throws -> Minimum.State? {
    var search = LineSearch(x, value, gradient, direction)
    let outcome = try search.run(first: first) { point, gradient in try evaluate(point, &gradient) }
    switch outcome {
    case .none: return .notDescending
    case .unbounded: return .unbounded
    case .found(let point):
      if options.method != .newton {
        approximation.learn(step: subtract(point.x, x), change: subtract(point.gradient, gradient))
      }
      (x, value, gradient) = (point.x, point.value, point.gradient)
      return nil
    }
  }

  /// A step down the gradient that is halved until the function falls enough.
  private mutating func backtrack() throws -> Minimum.State? {
    let slope = -dot(gradient, gradient)
    var length = lastStep.map { 2 * $0 } ?? 1 / gradient.norm
    var next = gradient
    for _ in 0..<100 {
      let point = zip(x, gradient).map { $0 - length * $1 }
      let found = try evaluate(point, &next)
      if found == -.infinity { return .unbounded }
      if found <= value + 1e-4 * length * slope, next.allSatisfy(\.isFinite) {
        if point == x { return .notDescending }
        (x, value, gradient, lastStep) = (point, found, next, length)
        return nil
      }
      length /= 2
    }
    return .notDescending
  }

  /// Leaves a point where the derivatives vanish but the function falls in some direction.
  ///
  /// - Returns: `nil` where it falls in none, else whether a smaller value was found.
  private mutating func escape() throws -> Bool? {
    let hessian = try SymmetricMatrix(objective.hessian(at: x), count: x.count)
    guard let direction = hessian.negativeCurvature() else { return nil }
    if iteration >= options.iterationLimit { return false }
    var next = gradient
    var length = max(1, x.largestMagnitude) / direction.largestMagnitude
    for _ in 0..<60 {
      for sign in [1.0, -1] {
        let point = zip(x, direction).map { $0 + sign * length * $1 }
        let found = try evaluate(point, &next)
        if found < value, next.allSatisfy(\.isFinite) {
          (x, value, gradient) = (point, found, next)
          return true
        }
      }
      length /= 2
    }
    return false
  }
}
