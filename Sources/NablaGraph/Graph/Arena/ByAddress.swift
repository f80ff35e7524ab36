/// A field of a large structure that has it handed on by address.
///
/// The compiler hands a structure of known layout to a method as its fields, and copies one of hundreds of bytes for
/// every call that is not inlined. A structure with an existential in it has no such form and stays where it is. What it
/// holds is nothing.
public struct ByAddress: Sendable {
  private let nothing: (any Sendable)? = nil

  @inline(__always)
  public init() {}
}
