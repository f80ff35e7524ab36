import NablaGraph
import NablaRuntime

/// Writes a main that evaluates an exported function of arrays, prints the beginning of every result, and compares the
/// map with the single point.
struct ArrayExportMain {
  let export: ArrayExport
  /// All numbers of all inputs, one point after the other.
  let points: [[Double]]

  /// Elements of a result that are printed.
  private static let shown = 8
  /// More inputs than this are not written into the file.
  private static let pointLimit = 16_384

  private var plan: ArrayPlan { export.mapped.plan }
  private var inputCount: Int { plan.inputs.reduce(0) { $0 + $1.extents.elementCount } }

  var text: String {
    """
    // Written by Nabla. Prints \(export.name) at the point of the arguments, or at the points below, and fails if the
    // map gives something else.
    #include "\(export.name).h"

    #include <stdio.h>
    #include <stdlib.h>

    enum { main_inputs = \(inputCount), main_points_count = \(rows.count) };

    static const double main_points[main_points_count][main_inputs + 1] = {
    \(rows.joined())};

    \(arrays)static double main_workspace[\(export.name)_workspace / sizeof(double) + 1];

    static int main_print(const char *main_name, const double *main_values, int64_t main_count) {
      printf("  %s =", main_name);
      for (int64_t k = 0; k < main_count && k < \(ArrayExportMain.shown); ++k) printf(" %.17g", main_values[k]);
      printf(main_count > \(ArrayExportMain.shown) ? " ...\\n" : "\\n");
      return 0;
    }

    static int main_evaluate(const double *main_point) {
      int main_differ = 0;
      int64_t main_at = 0;
    \(fill)  if (\(call)) {
        printf("an index lies outside its axis\\n");
        return 1;
      }
      const void *const main_args[] = {\(addresses("a", plan.inputs.count))};
      void *const main_targets[] = {\(addresses("m", plan.outputs.count))};
      static const int64_t main_dims[] = {1\((plan.inputs + plan.outputs).map { ", \($0.extents.elementCount)" }.joined())};
      if (\(export.mapName)(main_args, main_targets, main_dims, main_workspace, NULL)) return 1;
    \(compare)  return main_differ;
    }

    int main(int argc, char **argv) {
      int main_differ = 0;
      if (argc == 1) {
        for (int p = 0; p < main_points_count; ++p) main_differ |= main_evaluate(main_points[p]);
      } else if (argc == 1 + main_inputs) {
        static double main_point[main_inputs + 1];
        for (int k = 0; k < main_inputs; ++k) main_point[k] = strtod(argv[1 + k], NULL);
        main_differ = main_evaluate(main_point);
      } else {
        fprintf(stderr, "%d numbers expected\\n", main_inputs);
        return 64;
      }
      return main_differ;
    }

    """
  }

  /// A row a point, with one number more than inputs, since C has no empty arrays.
  private var rows: [String] {
    var points = points.filter { $0.count == inputCount && inputCount <= ArrayExportMain.pointLimit }
    if points.isEmpty {
      // Ones; of many, what C leaves out is zero.
      points = [Array(repeating: 1, count: min(inputCount, ArrayExportMain.pointLimit))]
    }
    return points.map { "  {" + ($0.map(number) + ["0"]).joined(separator: ", ") + "},\n" }
  }

  private func number(_ value: Double) -> String {
    // A table takes constant expressions, and infinity has no literal.
    if value.isNaN { return "0.0 * (1e308 * 10)" }
    if value.isInfinite { return value < 0 ? "-1e308 * 10" : "1e308 * 10" }
    return Literal(value, .f64).c
  }

  /// The memory of inputs, of results at a point, and of results of the map.
  private var arrays: String {
    func array(_ letter: String, _ number: Int, _ port: ArrayPlan.Port) -> String {
      "static \(port.element.cStorage) main_\(letter)\(number)[\(max(port.extents.elementCount, 1))];\n"
    }
    return plan.inputs.enumerated().map { array("a", $0, $1) }.joined()
      + plan.outputs.enumerated().map { array("r", $0, $1) + array("m", $0, $1) }.joined()
  }

  private var fill: String {
    plan.inputs.enumerated().map { number, port in
      let value = port.element == .bool ? "main_point[main_at++] != 0" : "(\(port.element.cType))main_point[main_at++]"
      return "  for (int64_t k = 0; k < \(port.extents.elementCount); ++k) main_a\(number)[k] = \(value);\n"
    }.joined() + "  (void)main_at;\n  (void)main_point;\n"
  }

  /// The call of the function with its gradient, if there is one.
  private var call: String {
    let function = export.mapped
    var arguments = plan.inputs.enumerated().map { $1.extents.isEmpty ? "main_a\($0)[0]" : "main_a\($0)" }
    arguments += plan.outputs.indices.map { "main_r\($0)" }
    if function.needsWorkspace { arguments.append("main_workspace") }
    return "\(function.name)(\(arguments.joined(separator: ", ")))"
  }

  private func addresses(_ letter: String, _ count: Int) -> String {
    ((0..<count).map { "main_\(letter)\($0)" } + ["NULL"]).joined(separator: ", ")
  }

  private var compare: String {
    plan.outputs.enumerated().map { number, port in
      let count = port.extents.elementCount
      let label = export.gradient == nil ? export.mapped.results[number] : export.mapped.labels[number]
      return """
          {
            static double main_values[\(max(count, 1))];
            for (int64_t k = 0; k < \(count); ++k) {
              const double a = (double)main_r\(number)[k], b = (double)main_m\(number)[k];
              main_values[k] = a;
              if (a != b && (a == a || b == b)) main_differ = 1;
            }
            main_print("\(label)", main_values, \(count));
          }

        """
    }.joined()
  }
}
