import NablaDiagnostics
import NablaDrawing
import NablaGraph
import NablaLanguage

extension Formula {
  /// The computation graph in DOT, as the function was written.
  ///
  /// - Parameters:
  ///   - point: values of the parameters by name; each node then shows its value.
  ///   - backward: the derivatives too, as edges from a result to the parameters.
  ///   - result: the position of the result that is differentiated.
  ///   - depth: how far from the results nodes are drawn; large graphs are cut short anyway, and say so.
  ///   - expanding: whether functions of the library are shown step by step too.
  public func dot(
    at point: [String: [Double]]? = nil, backward: Bool = false, result: Int = 0, depth: Int? = nil,
    expanding: Bool = false
  ) throws -> String {
    var options = options(at: point)
    options.backward = backward
    options.output = result
    options.depth = depth
    let program = drawnProgram(expanding: expanding, &options)
    return DOTWriter().write(try Derivation(program, options))
  }

  /// The chain rule, step by step, on this function's graph: for one of its results.
  ///
  /// - Parameter expanding: whether functions of the library are explained step by step too.
  public func explanation(
    at point: [String: [Double]]? = nil, result: Int = 0, expanding: Bool = false
  ) throws -> Explanation {
    var options = options(at: point)
    var program = drawnProgram(expanding: expanding, &options)
    if program.roots.indices.contains(result) { program.roots = [program.roots[result]] }
    let ends = [program.inputs, program.rootNodes]
    options.backward = ends.allSatisfy { $0.contains { program.graph.type(of: $0).element.isFloat } }
    options.functionName = resultName(result)
    return Explanation(try Derivation(program, options))
  }

  /// A small change of a parameter, walked through the graph and compared with the derivative.
  ///
  /// - Parameter expanding: whether functions of the library are walked through step by step too.
  public func perturbation(
    of parameter: String, by change: Double, at point: [String: [Double]], expanding: Bool = false
  ) throws -> Perturbation {
    var options = options(at: point)
    options.backward = true
    let program = drawnProgram(expanding: expanding, &options)
    return try Perturbation(program, input: parameter, by: change, options)
  }

  private func options(at point: [String: [Double]]?) -> DerivationOptions {
    var point = point
    for (name, value) in defaults where point != nil && point?[name] == nil { point?[name] = [value.double] }
    return DerivationOptions(point: point, functionName: name)
  }

  /// The definition where it is one short line of the source.
  private var sourceLine: String? {
    guard let module, let signature = function.map({ module.function($0) }) ?? module.lastFunction else { return nil }
    let text = source[signature.range]
    guard text.count <= 100, text.contains("="), !text.contains(where: { $0.isNewline || $0 == "{" || $0 == "#" })
    else {
      return nil
    }
    return text.replacing("*", with: "·").replacing("-", with: "−")
  }

  /// The function with its calls opened; a result that is a parameter as it came is a step of its own.
  private func drawnProgram(expanding: Bool, _ options: inout DerivationOptions) -> Program {
    var program = program
    if !expanding, let traced = try? module?.tracedProgram(function), !traced.program.graph.hasCalls {
      program = traced.program
      options.calls = traced.calls.compactMap { CallStep($0) }
      options.sourceLine = sourceLine
    }
    program = program.inlined()
    for index in program.roots.indices where program.graph.parameterIndex(program.roots[index].node) != nil {
      program.roots[index].node = program.graph.apply(.identity, [program.roots[index].node])
    }
    return program
  }
}

extension CallStep {
  /// A call of a function of the library that computes one value; `nil` for any other.
  fileprivate init?(_ call: TracedCall) {
    guard call.isLibrary, !call.isRepeated, call.results.count == 1 else { return nil }
    self.init(
      name: call.name,
      arguments: call.arguments.map { argument in
        (argument.label, argument.node.map { .node($0) } ?? .text(argument.text))
      }, result: call.results[0], nodes: call.nodes)
  }
}
