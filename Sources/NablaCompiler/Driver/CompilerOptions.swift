/// How a kernel is compiled.
public struct CompilerOptions: Hashable, Sendable {
  /// Seconds after which the compiler is stopped.
  public var timeout = 120.0
  /// Whether the code may use every instruction of this machine.
  public var native = true
  /// Nanoseconds that a kernel over arrays takes at least, if threads share it.
  public var grain = ArrayPlan.usualGrain

  /// The registers that kernels are laid out for: those of this machine, or smaller ones that it has too.
  public var unit = VectorUnit.native
  /// Whether products of matrices may round a product and a sum once, as fused multiply-adds do.
  public var contracts = true

  public init() {}

  /// - Parameter strict: whether a kernel rounds after every operation, as the interpreter does.
  public init(strict: Bool) { contracts = !strict }

  /// The options of the compiler for a body of so many statements.
  ///
  /// Compile time grows faster than linearly with a function, so long bodies get fewer optimisations. Products and sums
  /// are not contracted but where the text says so: a kernel computes what the interpreter computes.
  ///
  /// - Parameter isShaped: whether the text is loops of floats that say themselves what is computed in vectors.
  func flags(for compiler: CCompiler, statements: Int, isShaped: Bool = false) -> [String] {
    var levels = [CompilerOptions.level(compiler, statements)]
    // Of what clang does beyond this level, such code has only the unrolling to gain from.
    if isShaped, compiler.family == .clang, levels == ["-O2"] { levels = ["-O1", "-funroll-loops", "-DNABLA_SHAPED"] }
    var flags = ["-std=c11"] + levels + ["-shared", "-fPIC"]
    if !contracts { flags.append("-DNABLA_STRICT") }
    if compiler.family != .other {
      // Not `-fno-trapping-math`: with it gcc 12 takes `(double)(int64_t)x` for `trunc(x)`, which has the sign of x at 0.
      flags += ["-w", "-ffp-contract=off", "-fno-math-errno"]
      if native { flags += unit == .native ? CompilerOptions.nativeFlags : instructions(of: unit) }
    }
    return flags
  }

  /// Every instruction that works on such registers.
  private func instructions(of unit: VectorUnit) -> [String] {
    #if arch(x86_64)
      unit.bytes < 32 ? ["-march=x86-64-v2"] : unit.bytes < 64 ? ["-march=x86-64-v3"] : CompilerOptions.nativeFlags
    #else
      CompilerOptions.nativeFlags
    #endif
  }

  private static var nativeFlags: [String] {
    #if arch(arm64)
      ["-mcpu=native"]
    #elseif arch(x86_64)
      // Vectors of 64 bytes are what the kernels are made of, not something to be split.
      ["-march=native", "-mprefer-vector-width=512"]
    #else
      ["-march=native"]
    #endif
  }

  private static func level(_ compiler: CCompiler, _ statements: Int) -> String {
    if statements <= 1_000 { return "-O2" }
    // gcc takes four times as long as clang for straight lines.
    return statements <= (compiler.family == .gcc ? 20_000 : 100_000) ? "-O1" : "-O0"
  }
}
