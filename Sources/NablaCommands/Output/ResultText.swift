import Nabla
import NablaData
import NablaLanguage
import NablaRuntime

/// Names results as people and files have them, and prints them as lines: `f = 33`, `df/da = 3`.
struct ResultText {
  private let formula: Formula
  private let order: Int

  init(_ formula: Formula, order: Int = 1) {
    self.formula = formula
    self.order = order
  }

  func print(_ want: Want, _ assembly: ResultAssembly) {
    for (output, tensor) in assembly.tensors(want) {
      let name = label(output)
      Swift.print("\(name) = \(TensorText().text(tensor, indent: name.count + 3))")
    }
  }

  /// How an output is called in lines.
  private func label(_ output: DerivedProgram.Output) -> String {
    let by = output.by.map { formula.parameters[$0] }
    let result = output.result.map(formula.resultName) ?? formula.name
    switch output.want {
    case .value: return result
    case .gradient: return DerivativeLabel(formula.name, by[0], order: order).text(.text)
    case .jacobian: return DerivativeLabel(result, by[0]).text(.text)
    case .hessian:
      return by[0] == by[1]
        ? DerivativeLabel(formula.name, by[0], order: 2).text(.text) : "d^2\(formula.name)/d\(by[0]) d\(by[1])"
    case .jvp: return formula.results.count == 1 ? "jvp" : "jvp \(result)"
    case .vjp, .hvp: return "\(output.want.rawValue) \(by[0])"
    }
  }

  /// What a want brought, under the names that a file of several arrays has: `value`, `gradient.x`, `jacobian.u.x`,
  /// `hessian.x.y`.
  func named(_ want: Want, _ assembly: ResultAssembly) -> [NamedTensor] {
    assembly.tensors(want).map { output, tensor in
      let results = formula.results.count == 1 ? [] : output.result.map { [formula.resultName($0)] } ?? []
      let parts = want == .value && !results.isEmpty ? results : [want.rawValue] + results
      return NamedTensor((parts + output.by.map { formula.parameters[$0] }).joined(separator: "."), tensor)
    }
  }
}
