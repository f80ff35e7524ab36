import NablaGraph

extension Workspace {
  /// The image of a node that moves, joins, reduces or calls.
  ///
  /// Scalars and scales travel through what only moves or repeats elements, to meet the sums and products above: a
  /// scalar broadcasts wherever an elementwise operation uses it, and whoever needs the shape gives it one.
  mutating func structuralImage(of id: NodeID) -> Scaled {
    let operation = graph.operation(of: id)
    if let value = constantElement(id) {
      usage[id.index].isConstant = true
      return isReal(id)
        ? Scaled(value, one(element(of: id))) : Scaled(constant(.rational(value), element(of: id)))
    }
    switch operation {
    case .constant(let value):
      usage[id.index].isConstant = true
      summarise(id)
      return image(of: value, element(of: id))
    case .parameter:
      summarise(id)
      return Scaled(id)
    case .stop where phase == .readable && isShift(id):
      return Scaled(.zero, one(element(of: id)))
    case .stop where phase == .readable && isGuard(id):
      return Scaled(constant(.boolean(true), .bool))
    // A reader repeats by himself; whoever needs the shape gives it one.
    case .broadcast where isNaming: return consume(graph.operand(0, of: id))
    case .reshape where isNaming && onlyAddsLeadingAxes(id): return consume(graph.operand(0, of: id))
    case .broadcast, .reshape, .transpose, .slice:
      let operand = graph.operand(0, of: id)
      let image = consume(operand)
      if graph.type(of: image.node).isScalar {
        usage[id.index].isConstant = usage[operand.index].isConstant
        return image
      }
      if isNaming, operation == .reshape, let product = productInShape(image, operand, of: id) { return product }
      let node = fitted(image.node, like: operand)
      if isNaming, case .transpose(let permutation) = operation, let sum = symmetricSum(node, permutation) {
        return Scaled(image.scale * sum.scale, sum.node)
      }
      if isNaming, let (scalar, rest) = scalarFactor(of: node) {
        let moved = moved(fitted(rest, like: operand), by: operation, like: id)
        return construct(.multiply, [Scaled(image.scale * scalar.scale, scalar.node), Scaled(moved)])
      }
      // Before it is repeated, a value is smaller. A multiple that others need too is no reason to keep it: they seldom do
      // as an array.
      if operation != .broadcast {
        return Scaled(image.scale, moved(node, by: operation, like: id))
      }
      return Scaled(moved(materialise(Scaled(image.scale, node)), by: operation, like: id))
    case .pad where isReal(id):
      let operand = graph.operand(0, of: id)
      let image = consume(operand)
      if isNaming, graph.type(of: image.node).isScalar, !isOne(image.node) {
        let places = moved(fitted(one(element(of: id)), like: operand), by: operation, like: id)
        return fittedScale(construct(.multiply, [image, Scaled(places)]), like: id)
      }
      if isNaming, let (scalar, rest) = scalarFactor(of: image.node) {
        let moved = moved(fitted(rest, like: operand), by: operation, like: id)
        return construct(.multiply, [Scaled(image.scale * scalar.scale, scalar.node), Scaled(moved)])
      }
      if usage[operand.index].isExclusive {
        return Scaled(image.scale, moved(fitted(image.node, like: operand), by: operation, like: id))
      }
      return Scaled(moved(fitted(materialise(image), like: operand), by: operation, like: id))
    case .cumulative(.sum, _, _) where isNaming && isReal(id):
      let operand = graph.operand(0, of: id)
      let image = consume(operand)
      return Scaled(image.scale, moved(fitted(image.node, like: operand), by: operation, like: id))
    case .cast where isReal(id):
      let operand = graph.operand(0, of: id)
      let image = consume(operand)
      if let value = graph.constant(image.node)?.rational, element(of: operand).isInteger {
        usage[id.index].isConstant = true
        return Scaled(value, one(element(of: id)))
      }
      let node = fitted(materialise(image), like: operand)
      if node == operand {
        summarise(id)
        return Scaled(id)
      }
      return Scaled(make(operation, [node], type: graph.type(of: id)))
    case .reduce(let kind, let axes):
      return reductionImage(kind, axes, of: id)
    case .contract(let contraction) where isReal(id) && !isStrict:
      return contractionImage(contraction, of: id)
    case .convolve where isReal(id) && !isStrict:
      return convolutionImage(of: id)
    case .concatenate(axis: 0) where isNaming:
      let parts = graph.operands(of: id).map { listPart($0) }
      return Scaled(make(operation, parts, type: graph.type(of: id)))
    default: break
    }
    let operands = graph.operands(of: id).map { operand in fitted(materialise(consume(operand)), like: operand) }
    switch operation {
    case .gather(let gather): if let value = sunkGather(gather, operands, like: id) { return Scaled(value) }
    case .scatter(let gather): if let value = denseScatter(gather, operands, like: id) { return Scaled(value) }
    default: break
    }
    if operands == graph.operands(of: id) {
      summarise(id)
      return Scaled(id)
    }
    return Scaled(make(operation, operands, type: graph.type(of: id)))
  }
}
