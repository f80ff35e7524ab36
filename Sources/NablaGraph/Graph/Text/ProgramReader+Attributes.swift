extension ProgramReader {
  /// The attributes of an operation with one number.
  mutating func attribute() throws(ProgramTextError) -> Int {
    try scanner.expect("(")
    let value = try scanner.natural()
    try scanner.expect(")")
    return value
  }

  /// The attributes of an operation with one for each axis.
  mutating func attributes<T>(
    _ element: (inout ProgramReader) throws(ProgramTextError) -> T
  ) throws(ProgramTextError) -> [T] {
    try scanner.expect("(")
    if scanner.accept(")") { return [] }
    var values: [T] = []
    repeat { values.append(try element(&self)) } while scanner.accept(",")
    try scanner.expect(")")
    return values
  }

  mutating func slice() throws(ProgramTextError) -> Operation.Slice {
    let start = try dimension()
    try scanner.expectKeyword("step")
    let step = try scanner.integer()
    try scanner.expectKeyword("count")
    return Operation.Slice(start: start, step: step, count: try dimension())
  }

  mutating func padding() throws(ProgramTextError) -> Operation.Padding {
    let low = try dimension()
    try scanner.expectKeyword("interior")
    let interior = try scanner.natural()
    try scanner.expectKeyword("high")
    return Operation.Padding(low: low, interior: interior, high: try dimension())
  }

  /// `(sum, 0, 2)`.
  mutating func reduce() throws(ProgramTextError) -> Operation {
    try scanner.expect("(")
    let before = scanner
    guard let name = scanner.word(), let reduction = Operation.Reduction(rawValue: name) else {
      throw before.expected("a reduction")
    }
    var axes: [Int] = []
    while scanner.accept(",") { axes.append(try scanner.natural()) }
    try scanner.expect(")")
    return .reduce(reduction, axes: axes)
  }

  /// `(ab,bc->ac)`; an operand of rank 0 has no letters.
  mutating func contraction() throws(ProgramTextError) -> Contraction {
    try scanner.expect("(")
    let left = try labels()
    try scanner.expect(",")
    let right = try labels()
    try scanner.expect("->")
    let result = try labels()
    try scanner.expect(")")
    return Contraction(left, right, to: result)
  }

  private mutating func labels() throws(ProgramTextError) -> [Unicode.Scalar] {
    let before = scanner
    let labels = Array((scanner.word() ?? "").unicodeScalars)
    guard labels.allSatisfy(Contraction.letters.contains) else { throw before.expected("a letter for each axis") }
    return labels
  }

  /// A number of any spelling that ``Constant/description`` writes.
  mutating func constant() throws(ProgramTextError) -> Constant {
    let isNegative = scanner.accept("-")
    if scanner.seesDigit {
      let value = try scanner.ratio()
      return .rational(isNegative ? -value : value)
    }
    let before = scanner
    switch (scanner.word(), isNegative) {
    case ("inf", true): return .bits((-Double.infinity).bitPattern)
    case ("inf", false): return .infinity
    case ("nan", false): return .nan
    case ("pi", false): return .pi
    case ("e", false): return .e
    case ("true", false): return .boolean(true)
    case ("false", false): return .boolean(false)
    case ("bits", false):
      try scanner.expect(":")
      return .bits(try scanner.bits())
    default: throw before.expected("a constant")
    }
  }

  // MARK: Types

  mutating func type() throws(ProgramTextError) -> TensorType {
    let before = scanner
    guard let name = scanner.word(), let element = ElementType(rawValue: name) else {
      throw before.expected("an element type")
    }
    guard scanner.accept("[") else { return TensorType(element) }
    var dimensions = [try dimension()]
    while scanner.accept(",") { dimensions.append(try dimension()) }
    try scanner.expect("]")
    return TensorType(element, Shape(dimensions))
  }

  /// An integer expression; the precedence is that of the language.
  ///
  /// - Parameter depth: how many parentheses are open.
  mutating func dimension(depth: Int = 0) throws(ProgramTextError) -> Dimension {
    if depth > 2 * Dimension.depthLimit { throw scanner.error(.tooLarge("a nested dimension")) }
    var sum = try product(depth)
    while true {
      if scanner.accept("+") {
        sum = sum + (try product(depth))
      } else if scanner.accept("-") {
        sum = sum - (try product(depth))
      } else {
        return sum
      }
    }
  }

  private mutating func product(_ depth: Int) throws(ProgramTextError) -> Dimension {
    var product = try factor(depth)
    while true {
      if scanner.accept("*") {
        product = product * (try factor(depth))
      } else if scanner.accept("//") {
        product = product.floorDividing(by: try factor(depth))
      } else {
        return product
      }
    }
  }

  private mutating func factor(_ depth: Int) throws(ProgramTextError) -> Dimension {
    var isNegative = false
    while scanner.accept("-") { isNegative.toggle() }
    let value = try primary(depth)
    return isNegative ? Dimension(-1) * value : value
  }

  private mutating func primary(_ depth: Int) throws(ProgramTextError) -> Dimension {
    if scanner.seesDigit { return Dimension(try scanner.natural()) }
    if scanner.sees("\"") { return Dimension(try scanner.quoted()) }
    if scanner.accept("(") {
      let value = try dimension(depth: depth + 1)
      try scanner.expect(")")
      return value
    }
    let name = try scanner.expectWord("a dimension")
    guard name == "mod", scanner.accept("(") else { return Dimension(name) }
    let dividend = try dimension(depth: depth + 1)
    try scanner.expect(",")
    let divisor = try dimension(depth: depth + 1)
    try scanner.expect(")")
    return dividend.remainder(dividingBy: divisor)
  }
}
