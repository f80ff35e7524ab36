import NablaGraph

/// Rules by the operation at their root, ready for matching. Built once for each set of phases.
struct RuleIndex: Sendable {
  /// By the operation's raw value.
  let functions: [[CompiledRule]]
  let sums: [SumRule]
  let products: [ProductRule]
  /// For each operation, the sum rules that a term with it may begin.
  let sumsByAnchor: [[Int]]
  let productsByAnchor: [[Int]]
  /// Operations with rules for their powers and roots.
  let powerBases: ElementwiseSet
  /// Functions that may be written as a sum where that makes a larger sum cheaper.
  let expansions: [[CompiledRule]]

  // The operations for which the tables above have something.
  let ruled: ElementwiseSet
  let sumAnchors: ElementwiseSet
  let productAnchors: ElementwiseSet
  let expandable: ElementwiseSet

  init(_ rules: [RewriteRule]) {
    // Sums and products are collected; what the exact rules say of two operands is part of that.
    func isCollected(_ rule: RewriteRule) -> Bool { rule.soundness != .exact }
    var functions = Array(repeating: [CompiledRule](), count: Int(UInt8.max) + 1)
    var sums: [SumRule] = []
    var products: [ProductRule] = []
    for rule in rules {
      guard case .apply(let f, let operands) = rule.pattern else { continue }
      switch f {
      case .add, .subtract:
        if isCollected(rule) { sums.append(SumRule(rule)) }
      case .multiply, .divide:
        if isCollected(rule) { products.append(ProductRule(rule)) }
      case .power where operands[1].variables.isEmpty:
        if isCollected(rule) { products.append(ProductRule(rule)) }
      default: functions[Int(f.rawValue)].append(CompiledRule(rule))
      }
    }
    self.functions = functions
    self.sums = sums
    self.products = products
    sumsByAnchor = RuleIndex.table(sums.map(\.anchorOperation))
    productsByAnchor = RuleIndex.table(products.map(\.anchorOperation))
    let powerRules = [Elementwise.power, .sqrt].flatMap { functions[Int($0.rawValue)] }
    powerBases = ElementwiseSet(
      powerRules.filter { $0.nodes.count > 1 && $0.nodes[1].kind == .operation }.map { $0.nodes[1].f })
    var expansions = Array(repeating: [CompiledRule](), count: Int(UInt8.max) + 1)
    for rule in RewriteRule.expansions {
      if case .apply(let f, _) = rule.pattern { expansions[Int(f.rawValue)].append(CompiledRule(rule)) }
    }
    self.expansions = expansions
    ruled = ElementwiseSet(having: functions)
    sumAnchors = ElementwiseSet(having: sumsByAnchor)
    productAnchors = ElementwiseSet(having: productsByAnchor)
    expandable = ElementwiseSet(having: expansions)
  }

  private static func table(_ anchors: [Elementwise]) -> [[Int]] {
    var table = Array(repeating: [Int](), count: Int(UInt8.max) + 1)
    for (index, f) in anchors.enumerated() { table[Int(f.rawValue)].append(index) }
    return table
  }

  /// Rules that are applied node by node, whatever their root is.
  private init(nodewise rules: [RewriteRule]) {
    var functions = Array(repeating: [CompiledRule](), count: Int(UInt8.max) + 1)
    for rule in rules {
      if case .apply(let f, _) = rule.pattern { functions[Int(f.rawValue)].append(CompiledRule(rule)) }
    }
    self.functions = functions
    sums = []
    products = []
    let none = Array(repeating: [Int](), count: functions.count)
    (sumsByAnchor, productsByAnchor) = (none, none)
    expansions = Array(repeating: [], count: functions.count)
    ruled = ElementwiseSet(having: functions)
    powerBases = ElementwiseSet([])
    (sumAnchors, productAnchors, expandable) = (powerBases, powerBases, powerBases)
  }

  static func index(for phase: Phase, strict: Bool) -> RuleIndex {
    if strict { return phase == .canonicalise ? .strict : phase == .specialise ? .strictSpecialise : .none }
    switch phase {
    case .canonicalise, .specialise: return .canonicalise
    case .stabilise: return .stabilise
    case .readable: return .readable
    }
  }

  private static func rules(_ phase: Phase) -> [RewriteRule] { RewriteRule.all.filter { $0.phase == phase } }

  static let canonicalise = RuleIndex(rules(.canonicalise))
  static let stabilise = RuleIndex(rules(.stabilise) + rules(.canonicalise))
  static let specialise = RuleIndex(nodewise: rules(.specialise))
  static let readable: RuleIndex = {
    let own = rules(.readable)
    // What a readable rule writes must not be undone at once.
    return RuleIndex(own + rules(.canonicalise).filter { rule in !own.contains { $0.replacement == rule.pattern } })
  }()
  static let strict = RuleIndex(nodewise: rules(.canonicalise).filter { $0.soundness == .exact })
  static let strictSpecialise = RuleIndex(nodewise: rules(.specialise).filter { $0.soundness == .exact })
  static let none = RuleIndex(nodewise: [])
}
