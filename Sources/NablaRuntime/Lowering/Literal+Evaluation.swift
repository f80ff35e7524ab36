import NablaGraph

extension Literal {
  /// The result of an elementwise operation at one point, exactly as the interpreter computes it.
  ///
  /// - Precondition: as many operands as the operation's arity, of types that it takes.
  public init(applying f: Elementwise, to operands: [Literal], element: ElementType) {
    if f.definition.typing == .selection {
      self = operands[operands[0].double != 0 ? 1 : 2]
    } else if operands[0].element.isInteger, let form = f.integerForm {
      func integer(_ index: Int) -> Int64 { index < operands.count ? operands[index].integer : 0 }
      self.init(form.evaluate(integer(0), integer(1), integer(2)), element)
    } else {
      func double(_ index: Int) -> Double { index < operands.count ? operands[index].double : 0 }
      self.init(f.definition.evaluation.scalar(double(0), double(1), double(2)), element)
    }
  }
}

extension Graph {
  /// The values of the constants, and, if `folding`, of the scalar nodes that depend on constants alone, which both
  /// backends compute before the run.
  public func literals(folding: Bool) -> [NodeID: Literal] {
    var literals: [NodeID: Literal] = [:]
    for id in ids {
      if let constant = constant(id) {
        literals[id] = Literal(constant, type(of: id).element)
        continue
      }
      let count = operandCount(of: id)
      guard folding, (1...3).contains(count), literals[operand(0, of: id)] != nil else { continue }
      let operands = (0..<count).compactMap { literals[operand($0, of: id)] }
      guard operands.count == count else { continue }
      if let f = elementwise(id) {
        literals[id] = Literal(applying: f, to: operands, element: type(of: id).element)
      } else {
        switch operation(of: id) {
        case .cast: literals[id] = operands[0].cast(to: type(of: id).element)
        case .stop: literals[id] = operands[0]
        default: break
        }
      }
    }
    return literals
  }
}
