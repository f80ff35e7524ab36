import NablaGraph

extension ExpressionPrinter {
  /// A whole function: `f(a, b, c) = 3*(a + b*c)`, or its text in Swift or C with the headers that it needs.
  ///
  /// Several results are a tuple; in C they are written through pointers, in the order of the roots.
  public func print(_ program: Program, named name: String = "f") -> String {
    if hasLoops, let sketch = LoopSketch(program.graph, roots: program.rootNodes, inputs: program.inputs) {
      var printer = LoopPrinter(sketch, notation)
      let lines = printer.block(named: nil)
      let types = program.inputs.map { program.graph.type(of: $0) }
      let head = header(name, Array(zip(printer.inputNames, types)))
      if isOnOneLine, style != .latex { return "\(head) { \(LoopPrinter.line(lines)) }" }
      return style == .latex
        ? LoopPrinter.latex(lines, head: head) : "\(head) {\n\(LoopPrinter.text(lines, indent: 1))\n}"
    }
    let layout = PrintLayout(program.graph, notation)
    layout.arrange(program.rootNodes)
    let parameters = program.inputs.map { input in
      (
        name: program.graph.parameterIndex(input).map { layout.parameterNames[$0] } ?? "",
        type: program.graph.type(of: input)
      )
    }
    switch style {
    case .text, .unicode, .latex: return formula(name, parameters, program, layout)
    case .swift: return swiftFunction(name, parameters, program, layout)
    case .c: return cFunction(name, parameters, program, layout)
    }
  }

  /// Whether the style can spell what the nodes need. Swift and C spell scalars only.
  public func canExpress(_ graph: Graph, _ nodes: [NodeID]) -> Bool {
    guard style == .swift || style == .c else { return true }
    let live = graph.live(from: nodes)
    return graph.ids.allSatisfy { id in
      if !live[id.index] { return true }
      guard graph.type(of: id).isScalar else { return false }
      switch graph.operation(of: id) {
      case .constant, .parameter, .elementwise, .cast, .stop: return true
      default: return false
      }
    }
  }

  private typealias Parameters = [(name: String, type: TensorType)]

  /// `f(x: [n], n: i64, y)`
  private func header(_ name: String, _ parameters: Parameters) -> String {
    let list = parameters.map { parameter in
      let spelling = notation.spelling(of: parameter.name)
      if parameter.type == TensorType() || style == .latex { return spelling }
      let type = parameter.type.element == .f64 ? "\(parameter.type.shape)" : "\(parameter.type)"
      return "\(spelling): \(type)"
    }.joined(separator: ", ")
    let (open, close) = notation.brackets
    return "\(spelling(of: name))\(open)\(list)\(close)"
  }

  private func formula(_ name: String, _ parameters: Parameters, _ program: Program, _ layout: PrintLayout) -> String {
    let (open, close) = layout.notation.brackets
    let values = program.rootNodes.map { layout.text(of: $0) }
    let value = values.count == 1 ? values[0] : open + values.joined(separator: ", ") + close
    return "\(header(name, parameters)) = \(join(definitions(of: layout), value))"
  }

  private func swiftFunction(
    _ name: String, _ parameters: Parameters, _ program: Program, _ layout: PrintLayout
  ) -> String {
    let code = CodeNotation(dialect: .swift)
    let header = parameters.map { "_ \($0.name): \(code.typeName($0.type.element))" }.joined(separator: ", ")
    let labels = uniqueNames(program.roots.map(\.name), code)
    let types = program.rootNodes.map { code.typeName(program.graph.type(of: $0).element) }
    let result = types.count == 1 ? types[0] : "(\(zip(labels, types).map { "\($0): \($1)" }.joined(separator: ", ")))"
    let values = program.rootNodes.map { layout.text(of: $0) }
    let value =
      values.count == 1 ? values[0] : "(\(zip(labels, values).map { "\($0): \($1)" }.joined(separator: ", ")))"
    let locals = definitions(of: layout).map { "  let \($0.name) = \($0.value)\n" }.joined()
    let imports = ["import Foundation"] + (callsOwnFunctions(layout) ? ["import CNablaMath"] : [])
    return """
      \(imports.sorted().joined(separator: "\n"))

      func \(code.functionName(name))(\(header)) -> \(result) {
      \(locals)  return \(value)
      }
      """
  }

  private func cFunction(
    _ name: String, _ parameters: Parameters, _ program: Program, _ layout: PrintLayout
  ) -> String {
    let code = CodeNotation(dialect: .c)
    var header = parameters.map { "\(code.typeName($0.type.element)) \($0.name)" }
    let types = program.rootNodes.map { code.typeName(program.graph.type(of: $0).element) }
    var result = types.first ?? "void"
    var body = layout.definitions.map { id in
      let type = code.typeName(program.graph.type(of: id).element)
      return "  const \(type) \(layout.name(of: id)) = \(layout.definition(of: id));\n"
    }.joined()
    if types.count == 1 {
      body += "  return \(layout.text(of: program.rootNodes[0]));\n"
    } else {
      let taken = parameters.map(\.name) + layout.definitions.map { layout.name(of: $0) }
      let labels = uniqueNames(program.roots.map(\.name), code, avoiding: taken)
      result = "void"
      header += zip(labels, types).map { "\($1) *\($0)" }
      body += zip(labels, program.rootNodes).map { "  *\($0) = \(layout.text(of: $1));\n" }.joined()
    }
    let includes = ["#include <math.h>"] + (callsOwnFunctions(layout) ? [#"#include "nabla_math.h""#] : [])
    let arguments = header.isEmpty ? "void" : header.joined(separator: ", ")
    return """
      \(includes.joined(separator: "\n"))

      \(result) \(code.functionName(name))(\(arguments)) {
      \(body)}
      """
  }

  private func callsOwnFunctions(_ layout: PrintLayout) -> Bool {
    layout.functions.contains { ExpressionTemplate.c($0).callee?.hasPrefix("nabla_") ?? false }
  }

  private func uniqueNames(_ names: [String], _ code: CodeNotation, avoiding taken: [String] = []) -> [String] {
    var given = Set(taken)
    return names.map { name in
      let stem = code.legalized(name)
      var candidate = stem
      var number = 1
      while !given.insert(candidate).inserted {
        number += 1
        candidate = "\(stem)_\(number)"
      }
      return candidate
    }
  }
}
