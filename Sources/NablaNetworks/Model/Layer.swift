/// A layer of a network that is composed in Swift: a call of a layer, or of any other function of an array, of Nabla's
/// library. Names and arguments are the library's own:
///
///     Layer.dense(256, activation: Layer.relu)
///     Layer.conv2d(16, 5, padding: "same", use_bias: false)
///     Layer.softmax
///
/// Nothing of the library is repeated here; `nabla show dense` prints what there is. What is wrong with a name or an
/// argument is an error of the model.
@dynamicMemberLookup
@dynamicCallable
public struct Layer: Hashable, Sendable {
  indirect enum Form: Hashable, Sendable {
    case call(String)
    /// The input with what layers make of it.
    case residual([Layer])
    /// What several chains of layers make of one input, side by side along the last axis.
    case branches([[Layer]])
  }

  let form: Form

  /// A function of the library by name.
  public static subscript(dynamicMember name: String) -> Layer { Layer(form: .call(name)) }

  /// The function with arguments behind its input.
  public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, any LayerArgument>) -> Layer {
    guard case .call(let name) = form else { return self }
    let list = arguments.map { $0.key.isEmpty ? $0.value.spelling : "\($0.key): \($0.value.spelling)" }
    return Layer(form: .call("\(name)(\(list.joined(separator: ", ")))"))
  }

  /// What layers make of their input, and the input added to it.
  public static func residual(@LayerBuilder _ layers: () -> [Layer]) -> Layer { Layer(form: .residual(layers())) }

  /// What chains of layers make of one input, side by side along the last axis.
  public static func branches(_ chains: [Layer]...) -> Layer { Layer(form: .branches(chains)) }
}

/// What a layer is told beside its input: a number, a truth value, a word such as `"same"`, or a function such as
/// `Layer.relu`.
public protocol LayerArgument: Sendable {
  /// As a program has it.
  var spelling: String { get }
}

extension Int: LayerArgument {
  public var spelling: String { "\(self)" }
}

extension Double: LayerArgument {
  public var spelling: String { isNaN ? "nan" : isInfinite ? (self < 0 ? "-inf" : "inf") : "\(self)" }
}

extension Bool: LayerArgument {
  public var spelling: String { self ? "true" : "false" }
}

extension String: LayerArgument {
  public var spelling: String { "\"\(self)\"" }
}

extension Layer: LayerArgument {
  public var spelling: String { if case .call(let text) = form { text } else { "" } }
}

/// Layers one after the other, as a list of statements.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
  public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
  public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
  public static func buildEither(first part: [Layer]) -> [Layer] { part }
  public static func buildEither(second part: [Layer]) -> [Layer] { part }
}
