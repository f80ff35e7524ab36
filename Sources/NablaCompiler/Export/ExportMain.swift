import NablaGraph
import NablaRuntime

/// Writes a main that evaluates exported functions, prints what they give, and compares the map with the single point.
struct ExportMain {
  let layout: ExportLayout
  let points: [[Double]]

  private var inputs: [KernelPlan.Port] { layout.map.plan.inputs }
  private var outputs: [KernelPlan.Port] { layout.map.plan.outputs }

  var text: String {
    CPointMain(name: layout.name, inputCount: inputs.count, points: points, evaluation: evaluation).text
  }

  private var evaluation: String {
    """
    enum { main_results = \(outputs.count) };

    static const char *const main_input_names[] = {\(strings(layout.inputs))};
    static const char *const main_result_names[] = {\(strings(resultNames))};

    /// Whether two numbers are not the same but for rounding: value, gradient and map are simplified each by itself.
    static int main_differs(double a, double b) {
      const double distance = a < b ? b - a : a - b, size = a < 0 ? 1 - a : 1 + a;
      return a != b && (a == a || b == b) && !(distance <= \(layout.tolerance) * size);
    }

    static int main_evaluate(const double *main_point) {
      static double main_single[main_results + 1], main_mapped[main_results + 1];
      int main_differ = 0;
    \(workspace)\(singleCall)\(mapCall)
      for (int k = 0; k < main_inputs; ++k)
        printf("%s%s = %.17g", k ? ", " : "", main_input_names[k], main_point[k]);
      printf("\\n");
      for (int k = 0; k < main_results; ++k) {
        const double a = main_single[k], b = main_mapped[k];
        printf("  %s = %.17g\\n", main_result_names[k], a);
        if (main_differs(a, b)) {
          printf("  the map gives %.17g\\n", b);
          main_differ = 1;
        }
      }
      return main_differ;
    }

    """
  }

  private func strings(_ names: [String]) -> String { (names + [""]).map { "\"\($0)\"" }.joined(separator: ", ") }

  private var resultNames: [String] {
    if layout.gradient != nil { return ["value"] + layout.variables.map { "by \(layout.inputs[$0])" } }
    return outputs.count == 1 ? ["value"] : outputs.indices.map { "result \($0)" }
  }

  private var workspace: String {
    if layout.workspaceSize == 0 { return "" }
    return "  static double main_workspace[\(layout.name)_workspace / sizeof(double)];\n"
  }

  // MARK: Single point

  /// The value from its own function, the gradient from its.
  private var singleCall: String {
    var text = declarations(of: layout.value)
    let value = layout.value
    if layout.gradient != nil || outputs.count == 1 {
      text += "  main_single[0] = (double)\(value.name)(\(arguments(of: value)));\n"
    } else if outputs.count <= CExport.parameterLimit {
      for (k, output) in outputs.enumerated() { text += "  \(output.element.cType) main_r\(k);\n" }
      text += "  \(value.name)(\(arguments(of: value, outputs.indices.map { "&main_r\($0)" })));\n"
      for k in outputs.indices { text += "  main_single[\(k)] = (double)main_r\(k);\n" }
    } else {
      text += "  static \(outputs[0].element.cType) main_r[main_results];\n"
      text += "  \(value.name)(\(arguments(of: value, ["main_r"])));\n"
      text += "  for (int k = 0; k < main_results; ++k) main_single[k] = (double)main_r[k];\n"
    }
    guard let gradient = layout.gradient else { return text }
    if gradient.takesArray != value.takesArray { text += declarations(of: gradient) }
    let element = outputs[0].element.cType
    text += "  \(element) main_value;\n  static \(element) main_gradient[main_results];\n"
    text += "  \(gradient.name)(\(arguments(of: gradient, ["&main_value", "main_gradient"])));\n"
    text += "  if (main_differs((double)main_value, main_single[0])) main_differ = 1;\n"
    text += "  for (int k = 1; k < main_results; ++k) main_single[k] = (double)main_gradient[k - 1];\n"
    return text
  }

  /// Declares what a function takes: an array, or a variable an input.
  private func declarations(of function: PointFunction) -> String {
    if case .array(let element) = function.inputs {
      return "  static \(element.cType) main_x[main_inputs + 1];\n"
        + "  for (int k = 0; k < main_inputs; ++k) main_x[k] = \(converted(element, "main_point[k]"));\n"
    }
    return inputs.enumerated().map { k, input in
      "  const \(input.element.cType) main_x\(k) = \(converted(input.element, "main_point[\(k)]"));\n"
    }.joined()
  }

  private func converted(_ element: ElementType, _ text: String) -> String {
    element == .bool ? "\(text) != 0" : "(\(element.cType))\(text)"
  }

  private func arguments(of function: PointFunction, _ targets: [String] = []) -> String {
    var arguments = function.takesArray ? ["main_x"] : inputs.indices.map { "main_x\($0)" }
    arguments += targets
    if function.needsWorkspace { arguments.append("main_workspace") }
    return arguments.joined(separator: ", ")
  }

  // MARK: Map

  /// A call with columns of one point each, an array for every type.
  private var mapCall: String {
    var text = """
        static const void *main_args[main_inputs + 1];
        static void *main_targets[main_results + 1];
        static int64_t main_dims[1 + main_inputs + main_results];
        main_dims[0] = 1;

      """
    var reads = ""
    for element in ElementType.allCases {
      let suffix = element.cSuffix
      let taken = inputs.indices.filter { inputs[$0].element == element }
      if !taken.isEmpty {
        text += "  static const int main_in_\(suffix)[] = {\(taken.map(String.init).joined(separator: ", "))};\n"
        text += "  static \(element.cStorage) main_a_\(suffix)[\(taken.count)];\n"
        text += "  for (int k = 0; k < \(taken.count); ++k) {\n    const int p = main_in_\(suffix)[k];\n"
        text += "    main_a_\(suffix)[k] = \(converted(element, "main_point[p]"));\n"
        text += "    main_args[p] = &main_a_\(suffix)[k];\n  }\n"
      }
      let given = outputs.indices.filter { outputs[$0].element == element }
      if !given.isEmpty {
        text += "  static const int main_out_\(suffix)[] = {\(given.map(String.init).joined(separator: ", "))};\n"
        text += "  static \(element.cStorage) main_r_\(suffix)[\(given.count)];\n"
        let loop = "  for (int k = 0; k < \(given.count); ++k) "
        text += loop + "main_targets[main_out_\(suffix)[k]] = &main_r_\(suffix)[k];\n"
        reads += loop + "main_mapped[main_out_\(suffix)[k]] = (double)main_r_\(suffix)[k];\n"
      }
    }
    let workspace = layout.map.plan.isWhole ? "NULL" : "main_workspace"
    return text + "  \(layout.map.name)(main_args, main_targets, main_dims, \(workspace), NULL);\n" + reads
  }
}
