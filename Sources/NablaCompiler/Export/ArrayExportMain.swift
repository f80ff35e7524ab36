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

  private var plan: ArrayPlan { export.mapped.plan }
  private var inputCount: Int { plan.inputs.reduce(0) { $0 + $1.extents.elementCount } }

  var text: String {
    CPointMain(
      name: export.name, inputCount: inputCount, points: points, inputLimit: 16_384, evaluation: evaluation
    ).text
  }

  private var evaluation: String {
    """
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

    """
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
