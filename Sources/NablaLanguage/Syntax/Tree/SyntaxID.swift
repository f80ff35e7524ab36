/// A typed index of a node in one ``SyntaxTree``; meaningless in any other tree.
///
/// Ids are handed out in order and children before parents, so `a < b` whenever `a` is below `b`.
public struct SyntaxID: Hashable, Comparable, Sendable {
  public let raw: UInt32

  init(_ index: Int) { raw = UInt32(truncatingIfNeeded: index) }

  /// The node's place in the arena.
  public var index: Int { Int(raw) }

  public static func < (a: SyntaxID, b: SyntaxID) -> Bool { a.raw < b.raw }
}

/// A name of one ``SyntaxTree``, interned: equal names have equal ids, whatever their Unicode form.
public struct NameID: Hashable, Comparable, Sendable {
  public let raw: UInt32

  init(_ index: Int) { raw = UInt32(truncatingIfNeeded: index) }

  /// The name's place in ``SyntaxTree/names``.
  public var index: Int { Int(raw) }

  public static func < (a: NameID, b: NameID) -> Bool { a.raw < b.raw }
}
