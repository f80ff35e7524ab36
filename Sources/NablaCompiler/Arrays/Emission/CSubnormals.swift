import NablaGraph

/// The C that takes subnormal floats for zeros during a call.
///
/// Machines compute with subnormal numbers many times slower, and training makes them: moments of small gradients, tails
/// of activations. They are smaller than anything that a parameter's update can feel. Programs that only compute values
/// keep them.
enum CSubnormals {
  /// Whether a program is a step that updates floats where they lie.
  static func areFlushed(in plan: ArrayPlan) -> Bool {
    plan.aliases.keys.contains { plan.outputs[$0].element == .f32 }
  }

  /// Statements before and after the work; the caller's mode comes back.
  static let begin = "const nabla_mode mode = nabla_flush();"
  static let end = "nabla_restore(mode);"

  static let definitions = """
    #if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__)) && defined(__SSE__)
    typedef unsigned int nabla_mode;
    static inline nabla_mode nabla_flush(void) {
      const nabla_mode mode = __builtin_ia32_stmxcsr();
      __builtin_ia32_ldmxcsr(mode | 0x8040);
      return mode;
    }
    static inline void nabla_restore(nabla_mode mode) { __builtin_ia32_ldmxcsr(mode); }
    #elif defined(__GNUC__) && defined(__aarch64__)
    typedef uint64_t nabla_mode;
    static inline nabla_mode nabla_flush(void) {
      nabla_mode mode;
      __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
      __asm__ volatile("msr fpcr, %0" : : "r"(mode | 1 << 24));
      return mode;
    }
    static inline void nabla_restore(nabla_mode mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
    #else
    typedef int nabla_mode;
    static inline nabla_mode nabla_flush(void) { return 0; }
    static inline void nabla_restore(nabla_mode mode) { (void)mode; }
    #endif

    """
}
