import NablaGraph

/// A product while it is collected.
private struct Collection {
  var coefficient = Rational.one
  var factors: [Factor] = []
  /// Multiples that other users share: taken apart only if their coefficient finds another one.
  var sharedMultiples: [(value: Scaled, exponent: Rational)] = []
  /// Products that other users share: taken apart only if factors cancel.
  var sharedProducts: [Factor] = []
  /// What computing the old nodes taken in costs as they are written.
  var cost = 0
}

extension Workspace {
  /// The image of a maximal product: collected once, factors by base, from the root down to what is shared.
  mutating func collectProduct(_ root: NodeID) -> Scaled {
    guard var collection = collect(root) else { return asWritten(root) }
    absorbSharedMultiples(&collection)
    let element = element(of: root)
    if collection.coefficient.isZero { return fittedScale(Scaled(.zero, one(element)), like: root) }
    cancelSharedProducts(&collection)
    // Handed over, not copied.
    var factors: [Factor] = []
    swap(&factors, &collection.factors)
    factors += collection.sharedProducts
    guard let value = product(collection.coefficient, consume factors, element), value.cost <= collection.cost else {
      return asWritten(root)
    }
    if recording, value.result.node != root { record("collect product", root, value.result.node) }
    return fittedScale(value.result, like: root)
  }

  /// Walks from the root through what it takes in. `nil` where the arithmetic of constants has no exact result.
  private mutating func collect(_ root: NodeID) -> Collection? {
    var collection = Collection()
    collection.factors.reserveCapacity(Workspace.usualLength)
    var stack: [Factor] = []
    swap(&stack, &productStack)
    defer {
      stack.removeAll(keepingCapacity: true)
      swap(&stack, &productStack)
    }
    stack.append(Factor(base: root, exponent: .one))
    while let entry = stack.popLast() {
      let (id, exponent) = (entry.base, entry.exponent)
      if id == root || isDeferred(id), let f = graph.elementwise(id) {
        let isFree = usage[id.index].isConstant
        switch f {
        case .multiply, .divide:
          stack.append(Factor(base: graph.operand(1, of: id), exponent: f == .divide ? -exponent : exponent))
          stack.append(Factor(base: graph.operand(0, of: id), exponent: exponent))
          let isQuotient = f == .divide && !usage[graph.operand(1, of: id).index].isConstant
          if !isFree { collection.cost += isQuotient ? cost(of: f) : 1 }
        case .negate:
          if let n = exponent.integer, n & 1 == 1 { collection.coefficient = -collection.coefficient }
          stack.append(Factor(base: graph.operand(0, of: id), exponent: exponent))
          if !isFree { collection.cost += 1 }
        case .sqrt:
          stack.append(Factor(base: graph.operand(0, of: id), exponent: exponent * .half))
          if !isFree { collection.cost += cost(of: f) }
        case .power:
          guard let literal = exponentLiteral(of: id) else { return nil }
          let product = exponent * literal
          guard product.bitWidth <= Rational.bitLimit else { return nil }
          stack.append(Factor(base: graph.operand(0, of: id), exponent: product))
          if !isFree { collection.cost += cost(ofPower: literal) }
        default: return nil
        }
      } else if !take(id, exponent, &collection) {
        return nil
      }
    }
    return collection
  }

  /// The exponent of an old power node, if it has become a rational number.
  func exponentLiteral(of id: NodeID) -> Rational? {
    let image = images[graph.operand(1, of: id)]
    return isOne(image.node) ? image.scale : nil
  }

  /// Takes the image of an old node as a factor.
  private mutating func take(_ id: NodeID, _ exponent: Rational, _ collection: inout Collection) -> Bool {
    if exponent.isZero { return true }
    let image = consume(id)
    let (scale, node) = (image.scale, image.node)
    if let value = graph.constant(node)?.double, !value.isFinite { return false }
    if isOne(node) || scale.isZero {
      if scale.isZero, exponent.isNegative { return false }
      if let power = scale.power(exponent) { return multiply(&collection, by: power) }
      if scale.isNegative { return false }
      collection.factors.append(Factor(base: constant(.rational(scale), element(of: node)), exponent: exponent))
      return true
    }
    let isExclusive = isConstant(node) || isRepeatable(node) || usage[id.index].isExclusive && !isShared(node)
    if scale.isOne {
      return take(node, exponent, isExclusive: isExclusive, &collection)
    }
    if !isExclusive {
      collection.sharedMultiples.append((Scaled(scale, node), exponent))
      return true
    }
    collection.cost += 1
    if let power = scale.power(exponent) {
      return multiply(&collection, by: power) && take(node, exponent, isExclusive: true, &collection)
    }
    collection.factors.append(Factor(base: materialise(Scaled(scale, node)), exponent: exponent))
    return true
  }

  private func multiply(_ collection: inout Collection, by factor: Rational) -> Bool {
    let product = collection.coefficient * factor
    guard product.bitWidth <= Rational.bitLimit else { return false }
    collection.coefficient = product
    return true
  }

  /// Takes a node as a factor: apart if nobody else uses it, else as it is.
  private mutating func take(
    _ node: NodeID, _ exponent: Rational, isExclusive: Bool, _ collection: inout Collection
  ) -> Bool {
    switch graph.elementwise(node) {
    case .multiply, .divide:
      if isExclusive {
        guard let inner = factorisation(of: node, to: exponent, reaching: .open) else { break }
        collection.factors += inner.factors
        collection.cost += inner.cost
        return multiply(&collection, by: inner.coefficient)
      }
      if exponent.isInteger {
        collection.sharedProducts.append(Factor(base: node, exponent: exponent))
        return true
      }
    case .power, .sqrt:
      if isExclusive, exponent.isInteger {
        guard let inner = factorisation(of: node, to: exponent, reaching: .open) else { break }
        collection.factors += inner.factors
        collection.cost += inner.cost
        return multiply(&collection, by: inner.coefficient)
      }
      if exponent == .half, isExclusive, let inner = rootOfPower(node) {
        collection.factors.append(inner)
        collection.cost += cost(of: node)
        return true
      }
      if exponent.isInteger {
        collection.sharedProducts.append(Factor(base: node, exponent: exponent))
        return true
      }
    default: break
    }
    collection.factors.append(Factor(base: node, exponent: exponent))
    return true
  }

  /// `(x^a)^½`: `|x|^(a/2)` where `a` is even, else `x^(a/2)`, since the power is defined only for `x ≥ 0`.
  private mutating func rootOfPower(_ node: NodeID) -> Factor? {
    guard graph.elementwise(node) == .power, let inner = literal(graph.operand(1, of: node)) else { return nil }
    let base = graph.operand(0, of: node)
    guard let n = inner.integer, n & 1 == 0 else { return Factor(base: base, exponent: inner * .half) }
    return Factor(base: function(.abs, [base]).node, exponent: inner * .half)
  }

  func cost(of node: NodeID) -> Int {
    guard let f = graph.elementwise(node), !isConstant(node) else { return 0 }
    if f == .power, let exponent = literal(graph.operand(1, of: node)) { return cost(ofPower: exponent) }
    if f == .divide, isConstant(graph.operand(1, of: node)) { return cost(of: .multiply) }
    return cost(of: f)
  }

  /// What one operation costs: its declared cost to compute, or a sign to read.
  func cost(of f: Elementwise) -> Int { phase == .readable ? 1 : f.cost }

  func cost(ofPower exponent: Rational) -> Int {
    if exponent.isOne { return 0 }
    return phase == .readable ? 1 : Graph.cost(ofPower: exponent)
  }

  /// A shared multiple `2x` stays a factor unless its coefficient meets another one.
  private mutating func absorbSharedMultiples(_ collection: inout Collection) {
    if collection.sharedMultiples.isEmpty { return }
    var product: Rational? = collection.coefficient
    for (value, exponent) in collection.sharedMultiples {
      if let power = value.scale.power(exponent), let known = product { product = known * power } else { product = nil }
    }
    if let product, product.bitWidth <= Rational.bitLimit, product.isOne || !collection.coefficient.isOne {
      collection.coefficient = product
      for (value, exponent) in collection.sharedMultiples {
        _ = take(value.node, exponent, isExclusive: false, &collection)
      }
    } else {
      for (value, exponent) in collection.sharedMultiples {
        collection.factors.append(Factor(base: materialise(value), exponent: exponent))
      }
    }
    collection.sharedMultiples = []
  }

  /// Takes shared powers and products apart where that makes the whole cheaper.
  private mutating func cancelSharedProducts(_ collection: inout Collection) {
    guard !collection.sharedProducts.isEmpty, collection.factors.count + collection.sharedProducts.count > 1,
      collection.factors.count < 64
    else { return }
    for index in collection.sharedProducts.indices.prefix(8).reversed() {
      let shared = collection.sharedProducts[index]
      guard
        let inner = factorisation(of: shared.base, to: shared.exponent, limit: 8, reaching: .open),
        inner.coefficient.isOne,
        inner.factors.contains(where: { part in
          collection.factors.contains { $0.base == part.base }
            || collection.sharedProducts.contains { $0.base == part.base }
        })
      else { continue }
      var apart = collection
      apart.sharedProducts.remove(at: index)
      apart.factors += inner.factors
      let before = cost(ofProduct: merged(collection.factors + collection.sharedProducts))
      let after = cost(ofProduct: merged(apart.factors + apart.sharedProducts))
      if after <= before {
        collection.factors = apart.factors
        collection.sharedProducts = apart.sharedProducts
      }
    }
  }
}
