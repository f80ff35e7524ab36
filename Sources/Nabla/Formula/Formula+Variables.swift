import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// The parameters and states of layers: inputs after the function's own, which an evaluation gives their first values.
extension Formula {
  private var signature: NablaLanguage.Signature? {
    module.flatMap { module in function.map { module.function($0) } ?? module.lastFunction }
  }

  /// The parameters and states of the layers that the function calls, by path.
  public var variables: [LayerVariable] { signature?.variables ?? [] }

  /// The names of the function's own parameters, in calling order.
  public var explicitParameters: [String] {
    let implicit = Set(variables.map(\.path) + [Module.keyName])
    return parameters.filter { !implicit.contains($0) }
  }

  /// The `size` parameters that have no value yet.
  var openSizeParameters: [String] {
    guard let module, let signature else { return [] }
    return signature.parameters.filter { $0.kind == .size && $0.initial == nil && module.options.sizes[$0.name] == nil }
      .map(\.name)
  }

  /// All `size` parameters.
  public var sizeParameters: [String] { signature?.parameters.filter { $0.kind == .size }.map(\.name) ?? [] }

  /// What `size` parameters are where nothing else is said, as far as the text has it as a number.
  var sizeDefaults: [String: Int] {
    var defaults: [String: Int] = [:]
    for parameter in signature?.parameters ?? [] where parameter.kind == .size {
      if case .constant(let value)? = parameter.initial { defaults[parameter.name] = value.rational?.integer }
    }
    return defaults
  }

  /// The same function with first values for the variables of its layers and a key for its random numbers, which are
  /// functions of a seed: an evaluation need not give them.
  ///
  /// - Throws: ``DiagnosticsError`` where a first value depends on an argument.
  public func started(seed: Int = 0) throws -> Formula {
    guard let module, let signature, !signature.variables.isEmpty || signature.draws else { return self }
    var starts: [String: Tensor] = [Module.keyName: Tensor(Column([Module.key(seed: seed)]), shape: [])]
    if !signature.variables.isEmpty {
      let executable = try Interpreter(try module.initialisation(of: function))
      let columns = try executable.evaluate([Column([Module.key(seed: seed)])], points: 1)
      for (column, port) in zip(columns, executable.signature.outputs) {
        starts[port.name] = Tensor(column, shape: port.type.shape.dimensions.map { $0.constant ?? 0 })
      }
    }
    var formula = self
    formula.starts = starts
    return formula
  }

  /// The value of an input that a point leaves out.
  public func omitted(_ name: String) -> Tensor? { defaults[name].map { Tensor($0.double) } ?? starts[name] }

  /// What to differentiate by: without names the function's own parameters, and `params` means those of its layers.
  func variables(named names: [String]?) -> [String]? {
    guard !variables.isEmpty || parameters.last == Module.keyName else { return names }
    let weights = variables.filter { $0.role == .param && $0.type.element.isFloat }.map(\.path)
    guard let names else {
      let types = zip(parameters, program.inputs).map { ($0, program.graph.type(of: $1)) }
      let explicit = Set(explicitParameters)
      let real = types.filter { explicit.contains($0.0) && $0.1.element.isFloat }.map(\.0)
      return real.isEmpty ? nil : real
    }
    return names.flatMap { $0 == "params" && !parameters.contains("params") ? weights : [$0] }
  }
}
