import NablaGraph
import NablaRuntime

/// The vector registers that kernels are laid out for.
///
/// Text for any unit compiles everywhere: a compiler splits vectors that are too long, and keeps in memory what
/// registers do not hold.
public struct VectorUnit: Hashable, Sendable {
  /// Bytes of a register.
  public let bytes: Int
  /// How many registers there are.
  public let registers: Int

  public init(bytes: Int, registers: Int) {
    self.bytes = bytes
    self.registers = registers
  }

  /// How many elements of a type a register holds.
  func lanes(of element: ElementType) -> Int { bytes / element.size }

  /// The registers of this machine.
  public static let native: VectorUnit = {
    let features = Set(Processor.identity.split(separator: " "))
    if features.contains("avx512f") { return VectorUnit(bytes: 64, registers: 32) }
    if features.contains("avx2") { return VectorUnit(bytes: 32, registers: 16) }
    #if arch(arm64)
      return VectorUnit(bytes: 16, registers: 32)
    #else
      return VectorUnit(bytes: 16, registers: 16)
    #endif
  }()
}
