import NablaGraph

/// Writes the function that looks whether integers count along an axis. Where one does not, it gives 1, and leaves the
/// particulars of the first in `failure`, unless that is null: the site, the index, the extent and the axis.
struct CPlaceCheck {
  let check: PlaceCheck
  let parameters: CArrayParameters

  init(_ check: PlaceCheck, in plan: ArrayPlan) {
    self.check = check
    parameters = CArrayParameters(reading: check.readBuffers.unique, in: plan)
  }

  /// What stands before functions that look something up.
  static let definitions = """
    /// The place that an integer is along an axis: from the end of that, if it is negative.
    static inline __attribute__((unused)) int64_t nabla_at(int64_t value, int64_t extent) {
      return value < 0 ? value + extent : value;
    }

    """

  func write(name: String) -> String {
    // Axes that run through memory together are one loop.
    let loop = LoopKernel(extents: check.extents, sources: [.element(buffer: check.buffer, check.address)])
    let schedule = LoopSchedule(loop)
    func loops(_ statements: [String]) -> String {
      guard case .element(let buffer, let address)? = schedule.kernel.sources.first else { return "" }
      var (text, loops) = ("", Loops(indent: "  "))
      // Places that are one in memory are looked at once.
      for axis in schedule.order where !address.isSteady(along: axis) {
        loops.open("i\(axis)", schedule.kernel.extents[axis], &text)
      }
      for axis in schedule.order where address.isSteady(along: axis) {
        text += "\(loops.indent)const int64_t i\(axis) = 0;\n\(loops.indent)(void)i\(axis);\n"
      }
      let value = "\(parameters.name(of: buffer))[\(parameters.place(of: buffer, address))]"
      text += "\(loops.indent)const int64_t value = \(value);\n"
      for statement in statements { text += "\(loops.indent)\(statement)\n" }
      loops.close(loops.count, &text)
      return text
    }
    let (low, high) = ("value < -\(check.extent)", "value >= \(check.extent)")
    return """
      static NABLA_NOINLINE int \(name)(\(parameters.declarations), int64_t *failure, int64_t site) {
        int outside = 0;
        {
      \(loops(["outside |= (\(low)) | (\(high));"]))  }
        if (!outside) return 0;
        {
      \(loops([
        "if (\(low) || \(high)) {", "  if (failure) {", "    failure[0] = site;", "    failure[1] = value;",
        "    failure[2] = \(check.extent);", "    failure[3] = \(check.axis);", "  }", "  return 1;", "}",
      ]))  }
        return 1;
      }


      """
  }
}
