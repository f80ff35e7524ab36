import NablaGraph
import NablaRuntime

/// Writes the function of what runs along one axis. Elements behind the axis are the innermost loop, as they lie side by
/// side.
struct CAlong: CKernelFunction {
  let kernel: AxisKernel
  let parameters: CArrayParameters
  private(set) var requirements = CRequirements()

  init(_ kernel: AxisKernel, _ parameters: CArrayParameters) {
    self.kernel = kernel
    self.parameters = parameters
  }

  private var x: String { parameters.name(of: kernel.source) }
  private var r: String { parameters.name(of: kernel.result) }
  private var element: ElementType { parameters.element(of: kernel.source) }
  private var row: Int { kernel.extent * kernel.inner }

  /// An element as a value: any byte but 0 is true.
  private func value(_ place: String) -> String { element == .bool ? "(\(x)[\(place)] != 0)" : "\(x)[\(place)]" }

  mutating func write(name: String) -> String {
    let body =
      switch kernel.action {
      case .extremum(let extremum): self.extremum(extremum)
      case .cumulation(let cumulation, let isReversed): self.cumulation(cumulation, isReversed)
      case .order: order
      }
    return """
      static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {
      \(parameters.isShared ? CShare.range(of: kernel.outer) : "")\
        for (int64_t outer = \(parameters.isShared ? "from" : "0"); \
      outer < \(parameters.isShared ? "to" : "\(kernel.outer)"); ++outer) {
      \(body)  }
      }


      """
  }

  /// The first of several; NaN wins. 0 where there are none.
  private func extremum(_ extremum: Operation.Extremum) -> String {
    if kernel.inner > 1 && kernel.extent > 0 { return neighbours(extremum) }
    let sign = extremum == .max ? ">" : "<"
    let (here, best) = (value("from + k * \(kernel.inner)"), value("from + best * \(kernel.inner)"))
    let isNaN = element.isFloat ? " || (\(here) != \(here) && \(best) == \(best))" : ""
    return """
          for (int64_t i = 0; i < \(kernel.inner); ++i) {
            const int64_t from = outer * \(row) + i;
            int64_t best = 0;
            for (int64_t k = 1; k < \(kernel.extent); ++k)
              if (\(here) \(sign) \(best)\(isNaN)) best = k;
            \(r)[outer * \(kernel.inner) + i] = best;
            (void)from;
          }

      """
  }

  /// The same for neighbours side by side: the array is read in its order.
  private func neighbours(_ extremum: Operation.Extremum) -> String {
    let sign = extremum == .max ? ">" : "<"
    let isNaN = element.isFloat ? " | ((value != value) & (best[i] == best[i]))" : ""
    let (type, width) = (element.cStorage, 64)
    return """
          for (int64_t first = 0; first < \(kernel.inner); first += \(width)) {
            const int64_t count = \(kernel.inner) - first < \(width) ? \(kernel.inner) - first : \(width);
            const int64_t start = outer * \(row) + first;
            \(type) best[\(width)];
            int64_t place[\(width)];
            for (int64_t i = 0; i < count; ++i) best[i] = \(value("start + i"));
            for (int64_t i = 0; i < count; ++i) place[i] = 0;
            for (int64_t k = 1; k < \(kernel.extent); ++k)
              for (int64_t i = 0; i < count; ++i) {
                const \(type) value = \(value("start + k * \(kernel.inner) + i"));
                const int isBetter = (value \(sign) best[i])\(isNaN);
                best[i] = isBetter ? value : best[i];
                place[i] = isBetter ? k : place[i];
              }
            for (int64_t i = 0; i < count; ++i) \(r)[outer * \(kernel.inner) + first + i] = place[i];
          }

      """
  }

  private mutating func cumulation(_ cumulation: Operation.Cumulation, _ isReversed: Bool) -> String {
    if kernel.extent == 0 { return "    (void)outer;\n" }
    let combination = CTemplate(cumulation == .sum ? .add : .multiply, on: element)
    requirements.add(combination)
    let start = isReversed ? "(outer * \(kernel.extent) + \(kernel.extent - 1)) * \(kernel.inner)" : "outer * \(row)"
    let step = isReversed ? -kernel.inner : kernel.inner
    let sum = combination.text("\(r)[last + i]", "\(x)[here + i]")
    return """
          const int64_t start = \(start);
          for (int64_t i = 0; i < \(kernel.inner); ++i) \(r)[start + i] = \(x)[start + i];
          for (int64_t k = 1; k < \(kernel.extent); ++k) {
            const int64_t here = start + k * \(step), last = here - (\(step));
            for (int64_t i = 0; i < \(kernel.inner); ++i) \(r)[here + i] = \(sum);
          }

      """
  }

  /// A stable merge sort from runs of one element upwards, between two rows of places.
  private var order: String {
    let scratch = kernel.scratch.map { parameters.name(of: $0) } ?? r
    let (a, b) = (value("from + a * \(kernel.inner)"), value("from + b * \(kernel.inner)"))
    // NaN comes last.
    let isNaN = element.isFloat ? " || (\(a) != \(a) && \(b) == \(b))" : ""
    return """
          for (int64_t i = 0; i < \(kernel.inner); ++i) {
            const int64_t from = outer * \(row) + i;
            int64_t *given = \(scratch), *sorted = \(scratch) + \(kernel.extent);
            for (int64_t k = 0; k < \(kernel.extent); ++k) given[k] = k;
            for (int64_t width = 1; width < \(kernel.extent); width *= 2) {
              for (int64_t low = 0; low < \(kernel.extent); low += 2 * width) {
                const int64_t middle = low + width < \(kernel.extent) ? low + width : \(kernel.extent);
                const int64_t high = low + 2 * width < \(kernel.extent) ? low + 2 * width : \(kernel.extent);
                int64_t left = low, right = middle;
                for (int64_t k = low; k < high; ++k) {
                  int isRight = left == middle;
                  if (left < middle && right < high) {
                    const int64_t a = given[left], b = given[right];
                    isRight = \(b) < \(a)\(isNaN);
                  }
                  sorted[k] = isRight ? given[right++] : given[left++];
                }
              }
              int64_t *const swap = given;
              given = sorted;
              sorted = swap;
            }
            for (int64_t k = 0; k < \(kernel.extent); ++k) \(r)[from + k * \(kernel.inner)] = given[k];
          }

      """
  }
}
