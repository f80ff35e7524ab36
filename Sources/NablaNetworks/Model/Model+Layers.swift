import NablaDiagnostics
import NablaGraph

extension Model {
  /// A network of layers that follow each other:
  ///
  ///     let model = try Model(input: [28, 28]) {
  ///       Layer.flatten
  ///       Layer.dense(256, activation: Layer.relu)
  ///       Layer.dense(10)
  ///       Layer.softmax
  ///     }
  ///
  /// It becomes a program in Nabla's language, ``source``, in which problems are reported.
  ///
  /// - Parameters:
  ///   - input: the shape of one example.
  ///   - element: the type of its numbers, where they are no floats.
  ///   - name: the function's, with which the paths of its weights begin.
  /// - Throws: ``DiagnosticsError`` for layers that do not fit each other.
  public init(
    input: [Int], of element: ElementType? = nil, floatType: ElementType = .f32, name: String = "model",
    @LayerBuilder _ layers: () -> [Layer]
  ) throws {
    var chain = LayerChain()
    let result = chain.append(layers(), to: "x")
    let extents = ["m"] + input.map { "\($0)" }
    let header = "\(name)(x: \(element?.rawValue ?? "")[\(extents.joined(separator: ", "))])"
    let text = "\(header) {\n\(chain.lines.map { "    \($0)\n" }.joined())    \(result)\n}\n"
    try self.init(SourceText(text, name: "\(name).nabla"), function: name, floatType: floatType)
  }
}

/// Layers as statements of a program.
private struct LayerChain {
  private(set) var lines: [String] = []

  /// What layers make of a value that has a name.
  ///
  /// - Returns: the expression of the result.
  mutating func append(_ layers: [Layer], to input: String) -> String {
    var value = input
    for layer in layers {
      switch layer.form {
      case .call(let text): value += " |> \(text)"
      case .residual(let inner):
        let name = named(value)
        value = named("\(name) + (\(append(inner, to: name)))")
      case .branches(let chains):
        let name = named(value)
        let parts = chains.map { append($0, to: name) }
        value = parts.count == 1 ? parts[0] : named("concatenate(\(parts.joined(separator: ", ")), axis: -1)")
      }
    }
    return value
  }

  /// A name for an expression, if it has none.
  private mutating func named(_ value: String) -> String {
    guard value.contains(" ") else { return value }
    lines.append("h\(lines.count + 1) = \(value)")
    return "h\(lines.count)"
  }
}
