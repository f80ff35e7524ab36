import NablaGraph
import NablaRuntime

extension CRolledMap {
  // MARK: Columns

  /// What a column of arguments has from an element on: a number, or a vector of them.
  static func argument(_ index: String, of columns: String, at element: String, _ form: CForm) -> String {
    switch form {
    case .scalar: "((const double *)\(columns)[\(index)])[\(element)]"
    case .vector: "*(const nabla_v_memory *)((const double *)\(columns)[\(index)] + \(element))"
    }
  }

  /// The same of a column of results.
  static func result(_ index: String, of columns: String, at element: String, _ form: CForm) -> String {
    switch form {
    case .scalar: "((double *)\(columns)[\(index)])[\(element)]"
    case .vector: "*(nabla_v_memory *)((double *)\(columns)[\(index)] + \(element))"
    }
  }

  // MARK: The kernel

  /// The function that takes the columns, and calls the steps for every vector of points, then for single points.
  ///
  /// Where columns lie without gaps the steps read and write them in place. Elsewhere they go through slots, and the steps
  /// are given the addresses of these.
  func writeKernel(
    _ vectorCalls: [String], _ vectors: CBody, _ scalarCalls: [String], _ scalars: CBody, to text: inout String
  ) {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    text += CRolledMap.table("nabla_results", plan.results.map(rolled.slot(of:)))
    if !columns.copied.isEmpty, columns.copied.count < inputs {
      text += CRolledMap.table("nabla_copied", columns.copied)
    }
    if !columns.left.isEmpty { text += CRolledMap.table("nabla_left", columns.left.map(\.output)) }
    text += "\n" + CMap(plan: plan, name: CKernel.symbol).signature
    // There may be more columns than a cache has room for: their steps are read once, not with every point.
    text += """
       {
        (void)parallel;
        const int64_t count = dims[0];
        int64_t i = 0;
        int contiguous = 1;
        if (count > 1) {
          for (int k = 0; k < \(inputs + outputs); ++k) contiguous &= dims[1 + k] == 1;
        }
        const void **const inner_from = (const void **)((nabla_v *)workspace + \(rolled.slotCount));
        void **const inner_to = (void **)(inner_from + \(inputs));

      """
    let least = scalarCalls.isEmpty ? "1" : "(NABLA_V_LANES + 1) / 2"
    text += """
        if (count >= \(least)) {
          nabla_v *const w = (nabla_v *)workspace;
      \(literals(vectors))\(addresses(unless: "contiguous && count % NABLA_V_LANES == 0"))\
          for (; count - i >= \(least); i += NABLA_V_LANES) {
            const int64_t lanes = count - i < NABLA_V_LANES ? count - i : NABLA_V_LANES;
            const int direct = contiguous && lanes == NABLA_V_LANES;
      \(choice)\
            if (direct) {
      \(copies(columns.copied) { "w[\($0)] = \(CRolledMap.argument($0, of: "args", at: "i", vectors.form));" })\
            } else {
              for (int k = 0; k < \(inputs); ++k) {
                const int64_t step = dims[1 + k];
                const double *const column = (const double *)args[k] + i * step;
                if (step == 1 && lanes == NABLA_V_LANES) {
                  w[k] = *(const nabla_v_memory *)column;
                  continue;
                }
                nabla_lane *const lane = (nabla_lane *)(w + k);
                for (int64_t j = 0; j < NABLA_V_LANES; ++j) lane[j] = column[(j < lanes ? j : lanes - 1) * step];
              }
            }
      \(calls(vectorCalls))\
            if (direct) {
      \(rest { "\(CRolledMap.result($0, of: "results", at: "i", vectors.form)) = w[nabla_results[\($0)]];" })\
            } else {
              for (int k = 0; k < \(outputs); ++k) {
                const int64_t step = dims[\(1 + inputs) + k];
                double *const column = (double *)results[k] + i * step;
                const nabla_lane *const lane = (const nabla_lane *)(w + nabla_results[k]);
                for (int64_t j = 0; j < lanes; ++j) column[j * step] = lane[j];
              }
            }
          }
        }

      """
    if !scalarCalls.isEmpty {
      text += """
          if (i < count) {
            double *const w = (double *)workspace;
            const int direct = contiguous;
        \(literals(scalars))\(addresses(unless: "direct"))\
            for (; i < count; ++i) {
        \(choice)\
              if (direct) {
        \(copies(columns.copied) { "w[\($0)] = \(CRolledMap.argument($0, of: "args", at: "i", scalars.form));" })\
              } else {
                for (int k = 0; k < \(inputs); ++k) w[k] = ((const double *)args[k])[i * dims[1 + k]];
              }
        \(calls(scalarCalls))\
              if (direct) {
        \(rest { "\(CRolledMap.result($0, of: "results", at: "i", scalars.form)) = w[nabla_results[\($0)]];" })\
              } else {
                for (int k = 0; k < \(outputs); ++k) {
                  ((double *)results[k])[i * dims[\(1 + inputs) + k]] = w[nabla_results[k]];
                }
              }
            }
          }

        """
    }
    text += "}\n"
  }

  /// The addresses of the columns that lie in slots, where any do.
  private func addresses(unless condition: String) -> String {
    """
        if (!(\(condition))) {
          for (int k = 0; k < \(plan.inputs.count); ++k) inner_from[k] = w + k;
          for (int k = 0; k < \(plan.outputs.count); ++k) inner_to[k] = w + nabla_results[k];
        }

    """
  }

  /// Where the steps read and write.
  private var choice: String {
    """
          const void *const *const from = direct ? args : inner_from;
          void *const *const to = direct ? results : inner_to;
          const int64_t at = direct ? i : 0;

    """
  }

  /// A statement for each of some inputs, given the text of its number.
  private func copies(_ inputs: [Int], _ statement: (String) -> String) -> String {
    if inputs.isEmpty { return "" }
    if inputs.count == plan.inputs.count {
      return "        for (int k = 0; k < \(inputs.count); ++k) \(statement("k"))\n"
    }
    return """
              for (int k = 0; k < \(inputs.count); ++k) {
                const int c = nabla_copied[k];
                \(statement("c"))
              }

      """
  }

  /// A statement for each result that no step has written.
  private func rest(_ statement: (String) -> String) -> String {
    if columns.left.isEmpty { return "" }
    return """
              for (int k = 0; k < \(columns.left.count); ++k) {
                const int r = nabla_left[k];
                \(statement("r"))
              }

      """
  }

  private func calls(_ calls: [String]) -> String { calls.map { "      \($0)\n" }.joined() }

  private func literals(_ body: CBody) -> String {
    rolled.literalSlots.sorted { $0.value < $1.value }.map { literal, slot in
      "    w[\(slot)] = \(body.form.stored(plan.literals[literal].element, body.name(.literal(literal))));\n"
    }.joined()
  }
}
