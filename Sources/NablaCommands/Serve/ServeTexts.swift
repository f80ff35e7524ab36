import Nabla
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaGraphviz

/// The textual wants of a request.
struct ServeTexts {
  private let formula: Formula
  private let request: ServeRequest

  init(_ formula: Formula, _ request: ServeRequest) {
    self.formula = formula
    self.request = request
  }

  func value(_ text: ServeRequest.Item.Text) throws -> JSONValue {
    switch text {
    case .derivatives:
      return .object(try derivatives(.text))
    case .latex:
      return .object(
        ("value", .string(formula.text(.latex))), ("derivatives", .object((try? derivatives(.latex)) ?? [])))
    case .operations:
      let counts = try formula.operationCounts(by: request.wrt)
      return .object(
        ("value", .integer(counts.value.operations)), ("gradient", .integer(counts.gradient.operations)),
        ("value_cost", .integer(counts.value.cost)), ("gradient_cost", .integer(counts.gradient.cost)))
    case .graph:
      return .string(formula.program.text)
    case .c:
      return .string(try formula.cSource(request.wants, by: request.wrt))
    case .dot:
      return .string(try formula.dot())
    case .svg:
      return .string(String(decoding: try Graphviz.shared.render(try formula.dot(), as: .svg), as: UTF8.self))
    }
  }

  private func derivatives(_ style: ExpressionStyle) throws -> [JSONValue.Member] {
    func members(_ texts: [(name: String, text: String)]) -> [JSONValue.Member] {
      texts.map { .init($0.name, .string($0.text)) }
    }
    if formula.results.count > 1, request.order == 1 {
      let rows = try formula.jacobianTexts(by: request.wrt, style)
      return zip(formula.results, rows).map { .init($0, .object(members($1))) }
    }
    return members(try formula.derivativeTexts(by: request.wrt, order: request.order, style))
  }
}
