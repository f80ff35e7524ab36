import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaRuntime

/// A function of real variables, ready to be differentiated, evaluated, printed, drawn and compiled:
///
///     let f = try Formula("f(a, b, c) = 3*(a + b*c)")
///     try f.evaluate(["a": 5, "b": 3, "c": 2])       // 33
///     try f.gradient(["a": 5, "b": 3, "c": 2])       // ["a": 3, "b": 6, "c": 9]
///     try f.derivative(by: "b").text()               // "3*c"
public struct Formula: Sendable {
  public let name: String
  /// The graph as written, before any rewriting.
  public let program: Program
  /// The names of the parameters, in calling order.
  public let parameters: [String]
  /// Values of parameters that a call may leave out.
  public let defaults: [String: Constant]
  /// How it is prepared, simplified and specialised.
  public let pipeline: Pipeline
  /// The text that it comes from, for diagnostics; empty for a formula built in Swift.
  public let source: SourceText
  /// What is worth a look in the text, but no error.
  public let warnings: [Diagnostic]
  /// What it was taken from; `nil` for a formula that does not come from a text.
  public let module: Module?
  /// First values of the variables of layers, see ``started(seed:)``.
  var starts: [String: Tensor] = [:]
  /// Which function of the module, where it was named.
  let function: String?

  /// Parses and checks a program text and takes one of its functions.
  ///
  /// - Parameters:
  ///   - text: definitions, or one bare expression, which means a function of its free names.
  ///   - function: the function's name; without it, the last of the program.
  /// - Throws: ``DiagnosticsError`` with every problem of the text.
  public init(
    _ text: String, function: String? = nil, options: CheckOptions = CheckOptions(), pipeline: Pipeline = Pipeline()
  ) throws(DiagnosticsError) {
    try self.init(Module(checking: SourceText(text), options: options), function: function, pipeline: pipeline)
  }

  /// Takes one function of a checked module.
  public init(_ module: Module, function: String? = nil, pipeline: Pipeline = Pipeline()) throws(DiagnosticsError) {
    program = try module.program(function)
    parameters = program.inputNames
    let signature = function.map { module.function($0) } ?? module.lastFunction
    name = signature?.name ?? "f"
    var defaults: [String: Constant] = [:]
    for parameter in signature?.inputs ?? [] {
      if case .constant(let value) = parameter.initial { defaults[parameter.name] = value }
    }
    self.defaults = defaults
    self.pipeline = pipeline
    source = module.source
    warnings = module.diagnostics
    self.module = module
    self.function = function
  }

  /// A formula of a program that was built some other way.
  public init(_ program: Program, name: String = "f", pipeline: Pipeline = Pipeline()) {
    self.name = name
    self.program = program
    parameters = program.inputNames
    defaults = [:]
    self.pipeline = pipeline
    source = SourceText("")
    warnings = []
    module = nil
    function = nil
  }

  /// The names of the results; a single one is `value`.
  public var results: [String] { program.roots.map(\.name) }

  /// The function with derivatives, simplified, as one program.
  ///
  /// - Parameters:
  ///   - parameters: what to differentiate by; all real parameters where `nil`.
  ///   - order: of the `gradient`: 2 asks for the second derivative by each parameter.
  public func differentiated(
    _ wants: [Want], by parameters: [String]? = nil, order: Int = 1
  ) throws(DerivativeError) -> DerivedProgram {
    try pipeline.differentiate(program, wants, by: variables(named: parameters), order: order)
  }

  /// The partial derivative by one parameter, as a formula of the same parameters.
  public func derivative(by parameter: String, order: Int = 1) throws(DerivativeError) -> Formula {
    let derived = try differentiated([.gradient], by: [parameter], order: order)
    var program = derived.program
    program.roots[0].name = "value"
    return Formula(program, name: "d\(name)/d\(parameter)", pipeline: pipeline)
  }
}
