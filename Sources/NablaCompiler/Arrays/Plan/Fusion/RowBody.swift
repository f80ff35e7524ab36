import NablaGraph
import NablaRuntime

/// The body of a part of a row kernel, written anew: every value once, and of products what is the same all along the
/// row by itself.
struct RowBody {
  private var part: LoopKernel
  private let old: LoopKernel
  private let steadiness: RowSteadiness
  private let isUnit: (KernelPlan.Operand) -> Bool
  /// What stands for each statement of the old body.
  private var images: [KernelPlan.Operand] = []
  private var known: [KernelPlan.Statement: Int] = [:]

  /// - Parameter isUnit: as in ``RowProduct/isSafe(_:)``, of operands of the old body.
  static func image(of part: LoopKernel, rows: Int, isUnit: (KernelPlan.Operand) -> Bool) -> LoopKernel {
    withoutActuallyEscaping(isUnit) { isUnit in
      var body = RowBody(part, rows: rows, isUnit)
      body.write()
      return body.part.withoutUnused(part.results)
    }
  }

  private init(_ part: LoopKernel, rows: Int, _ isUnit: @escaping (KernelPlan.Operand) -> Bool) {
    (old, self.part, self.isUnit) = (part, part, isUnit)
    steadiness = RowSteadiness(part, rows: rows)
    self.part.body.statements = []
  }

  private mutating func write() {
    for (number, statement) in old.body.statements.enumerated() {
      if steadiness.opens[number], !steadiness.isSteady(.value(number)),
        let product = RowProduct(of: .value(number), in: old, steadiness), product.steady.count > 1,
        isWorthwhile(product), product.isSafe(isUnit)
      {
        let steady = self.product(product.steady, statement.element)
        images.append(append(.multiply, [self.product(product.varying, statement.element), steady], statement.element))
      } else {
        images.append(append(.init(statement.action, statement.operands.map(image), statement.element)))
      }
    }
    part.body.results = old.body.results.map(image)
    part.body.parts = [0..<part.body.statements.count]
  }

  /// A square whose root has a literal factor is one product as it is.
  private func isWorthwhile(_ product: RowProduct) -> Bool {
    product.steady.contains { $0.literal == nil } || Set(product.varying).count == product.varying.count
  }

  private func image(_ operand: KernelPlan.Operand) -> KernelPlan.Operand {
    operand.value.map { images[$0] } ?? operand
  }

  private mutating func product(_ factors: [KernelPlan.Operand], _ element: ElementType) -> KernelPlan.Operand {
    // Literals first, so that what is left is the same for products that differ in the literal alone.
    let factors = factors.filter { $0.literal == nil } + factors.filter { $0.literal != nil }
    return factors.dropFirst().reduce(image(factors[0])) { product, factor in
      append(.multiply, [product, image(factor)], element)
    }
  }

  private mutating func append(_ f: Elementwise, _ operands: [KernelPlan.Operand], _ element: ElementType)
    -> KernelPlan.Operand
  {
    append(.init(.apply(f), operands.sorted { $0.code < $1.code }, element))
  }

  private mutating func append(_ statement: KernelPlan.Statement) -> KernelPlan.Operand {
    if let value = known[statement] { return .value(value) }
    known[statement] = part.body.statements.count
    part.body.statements.append(statement)
    return .value(part.body.statements.count - 1)
  }
}
