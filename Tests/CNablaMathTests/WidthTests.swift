import CNablaMath
import Foundation
import Testing

/// The vector functions as kernels contain them: compiled by this machine's compilers, at several widths.
@Suite struct WidthTests {
  static let ways: [[String]] = compilers.flatMap { compiler in
    [
      [compiler, "-O2", "-DNABLA_V_LANES=1"],
      [compiler, "-O1", "-DNABLA_V_LANES=2"],
      [compiler, "-O1", "-DNABLA_V_LANES=4", "-march=native", "-ffp-contract=off"],
      [compiler, "-O2", "-march=native", "-ffp-contract=fast"],
    ]
  }

  @Test(arguments: ways)
  func `every lane keeps the promises`(way: [String]) throws {
    let functions = VectorFunction.all.filter { $0.name != "identity" } + VectorFunction.together
    let operands = functions.map { $0.points.map(\.operands) + $0.special.map(\.operands) }
    let program = try compile(Self.program(for: functions, operands: operands), by: way)
    defer { try? FileManager.default.removeItem(at: program) }

    var input = Data()
    for list in operands {
      append(Double(list.count), to: &input)
      for point in list {
        for position in 0..<3 { append(point[min(position, point.count - 1)], to: &input) }
      }
    }
    let output = try run(program, on: input)
    try #require(output.count == operands.reduce(0) { $0 + $1.count })
    var next = 0
    for function in functions {
      for point in function.points {
        let value = output[next]
        next += 1
        let promised = try #require(function.promisedError, "\(function)")
        if !(point.error(of: value) <= promised) {
          Issue.record("\(function)\(point.operands) is \(point.result), not \(value)")
        }
      }
      for special in function.special {
        let value = output[next]
        next += 1
        if !special.isMet(by: value) { Issue.record("\(special), not \(value)") }
      }
    }
  }

  /// A C program that reads, function by function, a count and triples of operands, and writes the results.
  private static func program(for functions: [VectorFunction], operands: [[[Double]]]) -> String {
    let text = sections().map(\.text).joined()
    let cases = zip(functions.indices, functions).map { index, function in
      let arguments = ["a.v", "a.v, b.v", "a.v, b.v, c.v"][(operands[index].first?.count ?? 1) - 1]
      return "    case \(index): r.v = \(function.call(arguments)); break;"
    }
    return """
      #include <math.h>
      #include <stdio.h>
      \(text)
      typedef union { nabla_v v; double lane[NABLA_V_LANES]; } lanes;
      int main(void) {
        for (int function = 0; function < \(functions.count); function++) {
          double count;
          if (fread(&count, 8, 1, stdin) != 1) return 1;
          for (int left = (int)count; left > 0; left -= NABLA_V_LANES) {
            lanes a, b, c, r;
            for (int i = 0; i < NABLA_V_LANES; i++) {
              if (i >= left) a.lane[i] = b.lane[i] = c.lane[i] = 1;
              else if (fread(&a.lane[i], 8, 1, stdin) != 1 || fread(&b.lane[i], 8, 1, stdin) != 1) return 1;
              else if (fread(&c.lane[i], 8, 1, stdin) != 1) return 1;
            }
            switch (function) {
      \(cases.joined(separator: "\n"))
            default: r = a;
            }
            fwrite(r.lane, 8, (size_t)(left < NABLA_V_LANES ? left : NABLA_V_LANES), stdout);
          }
        }
        return 0;
      }

      """
  }
}

private func append(_ value: Double, to data: inout Data) {
  withUnsafeBytes(of: value) { data.append(contentsOf: $0) }
}
