import CNablaMath
import Foundation
import Testing

/// The functions of floats, at 430,000 floats of every size, against the C library's functions of doubles.
@Suite struct SingleTests {
  /// What is tested: those that have a form of their own, and some of those that go through doubles. The reference is C.
  private static let references = [
    "exp": "exp(x)", "expm1": "expm1(x)", "log": "log(x)", "log1p": "log1p(x)", "sin": "sin(x)", "cos": "cos(x)",
    "tanh": "tanh(x)", "sigmoid": "1 / (1 + exp(-x))", "floor": "floor(x)", "ceil": "ceil(x)", "trunc": "trunc(x)",
    "round": "rint(x)", "sign": "x > 0 ? 1 : x < 0 ? -1 : x", "relu": "x <= 0 ? 0.0 : x",
    "step": "x > 0 ? 1 : x <= 0 ? 0 : x", "tan": "tan(x)", "erf": "erf(x)", "cbrt": "cbrt(x)", "sqrt": "sqrt(x)",
    "acosh": "acosh(x)", "erfc": "erfc(x)", "softplus": "x > 0 ? x + log1p(exp(-x)) : log1p(exp(x))",
  ]

  static let ways: [[String]] = compilers.flatMap { compiler in
    [
      [compiler, "-O2", "-DNABLA_V_LANES=1"],
      [compiler, "-O1"],
      [compiler, "-O1", "-march=native", "-DNABLA_V_LANES=4", "-DNABLA_VF_LANES=4"],
      [compiler, "-O2", "-march=native"],
    ]
  }

  @Test(arguments: ways)
  func `every float is within its promise`(way: [String]) throws {
    let names = Self.references.keys.sorted()
    let program = try compile(Self.program(names), by: way + ["-ffp-contract=off"])
    defer { try? FileManager.default.removeItem(at: program) }
    let output = try run(program, on: Data())
    try #require(output.count == 2 * names.count)
    for (position, name) in names.enumerated() {
      let section = try #require(sections().first { $0.name == "vf_" + name })
      // Those without a promise are computed in doubles and rounded once.
      let promised = section.promisedError ?? 0.51
      let worst = output[2 * position]
      #expect(worst <= promised, "\(name) at \(output[2 * position + 1])")
    }
  }

  /// A C program that writes the worst error of each function, in ulps of a float, and where it is; infinity where a
  /// special value is not met.
  private static func program(_ names: [String]) -> String {
    let cases = names.enumerated().map { "    case \($0): r.v = nabla_vf_\($1)(a.v); break;" }
    let exact = names.enumerated().map { "    case \($0): return \(references[$1] ?? "x");" }
    return """
      #include <math.h>
      #include <stdio.h>
      \(sections().map(\.text).joined())
      typedef union { nabla_vf v; float lane[NABLA_VF_LANES]; unsigned int bits[NABLA_VF_LANES]; } lanes;
      static double exact(int function, double x) {
        switch (function) {
      \(exact.joined(separator: "\n"))
        default: return x;
        }
      }
      static double error(float value, double expected) {
        if (expected != expected || value != value) return expected != expected && value != value ? 0 : 1e300;
        if ((float)expected == value && !signbit(expected) == !signbit(value)) return 0.5 * ((double)value != expected);
        int exponent;
        frexp(expected, &exponent);
        return fabs(value - expected) / ldexp(1, exponent < -125 ? -149 : exponent - 24);
      }
      int main(void) {
        for (int function = 0; function < \(names.count); function++) {
          double worst[2] = {0, 0};
          for (unsigned long long next = 0; next < 0x100000000;) {
            lanes a, r;
            for (int i = 0; i < NABLA_VF_LANES; i++, next += 9973) a.bits[i] = (unsigned int)next;
            switch (function) {
      \(cases.joined(separator: "\n"))
            default: r = a;
            }
            for (int i = 0; i < NABLA_VF_LANES; i++) {
              double e = error(r.lane[i], exact(function, a.lane[i]));
              if (e > worst[0]) worst[0] = e, worst[1] = a.lane[i];
            }
          }
          fwrite(worst, sizeof worst, 1, stdout);
        }
        return 0;
      }

      """
  }
}
