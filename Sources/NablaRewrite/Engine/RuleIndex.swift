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
  /// Functions that may be written as a sum where that makes a larger sum cheaper.
  let expansions: [[CompiledRule]]

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
    var expansions = Array(repeating: [CompiledRule](), count: Int(UInt8.max) + 1)
    for rule in RewriteRule.expansions {
      if case .apply(let f, _) = rule.pattern { expansions[Int(f.rawValue)].append(CompiledRule(rule)) }
    }
    self.expansions = expansions
  }

  private static func table(_ anchors: [Elementwise]) -> [[Int]] {
    var table = Array(repeating: [Int](), count: Int(UInt8.max) + 1)
    for (index, f) in anchors.enumerated() { table[Int(f.rawValue)].append(index) }
    return table
  }

  static let canonicalise = RuleIndex(RewriteRule.all.filter { $0.phase == .canonicalise })
  static let stabilise = RuleIndex(
    RewriteRule.all.filter { $0.phase == .stabilise } + RewriteRule.all.filter { $0.phase == .canonicalise })
  static let readable: RuleIndex = {
    let own = RewriteRule.all.filter { $0.phase == .readable }
    // What a readable rule writes must not be undone at once.
    let others = RewriteRule.all.filter { rule in
      rule.phase == .canonicalise && !own.contains { $0.replacement == rule.pattern }
    }
    return RuleIndex(own + others)
  }()
}
