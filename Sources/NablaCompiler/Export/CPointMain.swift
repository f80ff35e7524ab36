import NablaGraph
import NablaRuntime

/// A C main that evaluates an exported function at the point of its arguments, or at those of a table, and ends with a
/// status that says whether all was as it should be.
///
/// Its own names begin with `main_`, which no exported function's name does.
struct CPointMain {
  /// The exported function.
  let name: String
  /// Numbers of a point.
  let inputCount: Int
  let points: [[Double]]
  /// Points of more numbers are not written into the file.
  var inputLimit = Int.max
  /// Definitions, the last of them of `static int main_evaluate(const double *main_point)`, which gives 0 or 1.
  let evaluation: String

  var text: String {
    """
    // Written by Nabla. Prints \(name) at the point of the arguments, or at the points below, and fails if the
    // map gives something else.
    #include "\(name).h"

    #include <stdio.h>
    #include <stdlib.h>

    enum { main_inputs = \(inputCount), main_points_count = \(rows.count) };

    static const double main_points[main_points_count][main_inputs + 1] = {
    \(rows.joined())};

    \(evaluation)
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

  /// A row a point, with one number more than inputs, since C has no empty arrays. Without a point, ones; of many, what C
  /// leaves out is zero.
  private var rows: [String] {
    var points = points.filter { $0.count == inputCount && inputCount <= inputLimit }
    if points.isEmpty { points = [Array(repeating: 1, count: min(inputCount, inputLimit))] }
    return points.map { "  {" + ($0.map(number) + ["0"]).joined(separator: ", ") + "},\n" }
  }

  private func number(_ value: Double) -> String {
    // A table takes constant expressions, and infinity has no literal.
    if value.isNaN { return "0.0 * (1e308 * 10)" }
    if value.isInfinite { return value < 0 ? "-1e308 * 10" : "1e308 * 10" }
    return Literal(value, .f64).c
  }
}
