import NablaGraph

extension Formula {
  /// What a result is called: the function's name if it is the only one, its own name if it has one, else the function's
  /// name with its position, `f_0`.
  public func resultName(_ index: Int) -> String {
    guard program.roots.count > 1 else { return name }
    let result = program.roots[index].name
    return Int(result) == nil ? result : "\(name)_\(result)"
  }

  /// The value, and the first derivatives that the function has: the gradient of one real scalar, the Jacobian of
  /// anything else, nothing where no parameter is real.
  public var valueAndDerivatives: [Want] {
    guard program.inputs.contains(where: { program.graph.type(of: $0).element.isFloat }) else { return [.value] }
    let types = program.roots.map { program.graph.type(of: $0.node) }
    guard types.contains(where: \.element.isFloat) else { return [.value] }
    let hasGradient = types.count == 1 && types[0].isScalar && types[0].element.isFloat
    return [.value, hasGradient ? .gradient : .jacobian]
  }
}
