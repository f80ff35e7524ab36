import NablaDrawing
import NablaGraph

extension Formula {
  /// The computation graph in DOT, as the function was written.
  ///
  /// - Parameters:
  ///   - point: values of the parameters by name; each node then shows its value.
  ///   - backward: the derivatives too, as edges from a result to the parameters.
  ///   - result: the position of the result that is differentiated.
  ///   - depth: how far from the results nodes are drawn; large graphs are cut short anyway, and say so.
  public func dot(
    at point: [String: [Double]]? = nil, backward: Bool = false, result: Int = 0, depth: Int? = nil
  ) throws -> String {
    var options = options(at: point)
    options.backward = backward
    options.output = result
    options.depth = depth
    return DOTWriter().write(try Derivation(drawnProgram, options))
  }

  /// The chain rule, step by step, on this function's graph: for one of its results.
  public func explanation(at point: [String: [Double]]? = nil, result: Int = 0) throws -> Explanation {
    var options = options(at: point)
    var program = drawnProgram
    if program.roots.indices.contains(result) { program.roots = [program.roots[result]] }
    let ends = [program.inputs, program.rootNodes]
    options.backward = ends.allSatisfy { $0.contains { program.graph.type(of: $0).element.isFloat } }
    options.functionName = resultName(result)
    return Explanation(try Derivation(program, options))
  }

  /// A small change of a parameter, walked through the graph and compared with the derivative.
  public func perturbation(
    of parameter: String, by change: Double, at point: [String: [Double]]
  ) throws -> Perturbation {
    var options = options(at: point)
    options.backward = true
    return try Perturbation(drawnProgram, input: parameter, by: change, options)
  }

  private func options(at point: [String: [Double]]?) -> DerivationOptions {
    var point = point
    for (name, value) in defaults where point != nil && point?[name] == nil { point?[name] = [value.double] }
    return DerivationOptions(point: point, functionName: name)
  }

  /// The function with its calls opened; a result that is a parameter as it came is a step of its own.
  private var drawnProgram: Program {
    var program = program.inlined()
    for index in program.roots.indices where program.graph.parameterIndex(program.roots[index].node) != nil {
      program.roots[index].node = program.graph.apply(.identity, [program.roots[index].node])
    }
    return program
  }
}
