import NablaData
import NablaGraph

/// Sizes that arrive with the data: a dimension name of a header is as long as the axis that is given.
public struct SizeBinding: Sendable {
  /// The sizes found, by name.
  public private(set) var sizes: [String: Int]
  /// Dimensions that are expressions, such as `2*n` and `n + 1`, with the extents that came for them.
  private var expressions: [(dimension: Dimension, extent: Int)] = []

  /// - Parameter sizes: what is known beforehand; data must agree with it.
  public init(_ sizes: [String: Int] = [:]) { self.sizes = sizes }

  /// Takes the names of a shape from the extents of a value.
  ///
  /// Extents of another rank bind nothing; reading the value reports them.
  ///
  /// - Parameter path: where the value stands, such as `at.x`; errors name it.
  /// - Throws: ``DataError/entries(path:expected:found:)`` where a name would have two values.
  public mutating func bind(_ shape: Shape, to extents: [Int], path: String) throws(DataError) {
    for (axis, (dimension, extent)) in zip(shape.dimensions, extents).enumerated() {
      guard let name = dimension.name else {
        if dimension.constant == nil { expressions.append((dimension, extent)) }
        continue
      }
      if let known = sizes[name], known != extent {
        let place = path + String(repeating: "[0]", count: axis)
        throw .entries(path: "\(place) ('\(name)' of \(shape))", expected: known, found: extent)
      }
      sizes[name] = extent
    }
  }

  /// Gives the `size` parameters of a formula that have no value yet their defaults.
  public mutating func takeDefaults(of formula: Formula) {
    for (name, value) in formula.sizeDefaults where sizes[name] == nil { sizes[name] = value }
  }

  /// Solves what came for expressions of one name that nothing else gives: `2*n` of 6 entries is `n = 3`.
  public mutating func solve() {
    for (dimension, extent) in expressions {
      let unknown = dimension.symbols.filter { sizes[$0] == nil }
      guard unknown.count == 1, let name = unknown.first else { continue }
      let known = dimension.substituting(sizes.mapValues { Dimension($0) })
      func value(_ size: Int) -> Int? { known.substituting([name: Dimension(size)]).constant }
      guard let zero = value(0), let one = value(1), one != zero else { continue }
      let (quotient, rest) = (extent - zero).quotientAndRemainder(dividingBy: one - zero)
      if rest == 0, quotient >= 0, value(quotient) == extent { sizes[name] = quotient }
    }
  }
}

extension Dimension {
  /// The name, where the dimension is one alone.
  fileprivate var name: String? {
    guard symbols.count == 1, let name = symbols.first, self == Dimension(name) else { return nil }
    return name
  }
}

extension Formula {
  /// Names of sizes, `size` parameters and those of the shapes of the parameters, that have no value yet, in alphabetical order.
  public var openSizes: [String] {
    let dimensions = program.inputs.flatMap { program.graph.type(of: $0).shape.dimensions }
    return Set(dimensions.flatMap(\.symbols) + openSizeParameters).sorted()
  }

  /// The same function where names of sizes have values: checked and expanded anew.
  ///
  /// - Throws: ``DiagnosticsError`` with problems that only these sizes have.
  public func bound(to sizes: [String: Int]) throws(DiagnosticsError) -> Formula {
    guard let module, !sizes.isEmpty else { return self }
    var options = module.options
    options.sizes.merge(sizes) { given, _ in given }
    if options == module.options { return self }
    do {
      return try Formula(Module(checking: module.parsed, options: options), function: function, pipeline: pipeline)
    } catch {
      throw error.deferred
    }
  }

  /// The same function with the sizes that tensors for its parameters have.
  public func bound(to point: [String: Tensor]) throws -> Formula {
    if openSizes.isEmpty { return self }
    var binding = SizeBinding(module?.options.sizes ?? [:])
    for (name, input) in zip(parameters, program.inputs) {
      guard let tensor = point[name] else { continue }
      try binding.bind(program.graph.type(of: input).shape, to: tensor.shape, path: name)
    }
    binding.takeDefaults(of: self)
    binding.solve()
    return try bound(to: binding.sizes)
  }
}
