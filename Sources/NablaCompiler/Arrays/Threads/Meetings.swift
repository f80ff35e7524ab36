/// Where the threads of a call must meet: before a kernel that reads or writes memory that another thread may still be
/// at work on.
///
/// A kernel of the first thread that fails is not heard of at once. The others look when they meet next, which they do
/// before anything is written that the caller sees; the first thread does nothing by itself until then.
struct Meetings {
  private let plan: ArrayPlan
  /// Kernels since the last meeting: those that are shared, and those of the first thread.
  private var shared: [ArrayKernel] = []
  private var alone: [ArrayKernel] = []
  /// Whether one of these may have failed.
  private var mayHaveFailed = false
  /// How often the threads have looked whether one has. They look at two words in turns, so that the first thread may
  /// fail again before all have looked.
  private var looks = 0

  /// Kernels that are compared with the next.
  private static let limit = 32
  /// The two words, behind the place of the failure.
  private static let words = [5, 6]

  /// What makes both words nothing, and the place of the failure.
  static let reset = "failure[0] = failure[\(words[0])] = failure[\(words[1])] = 0;"

  init(_ plan: ArrayPlan) { self.plan = plan }

  /// The call of a kernel, and what must stand before it.
  ///
  /// - Parameter function: the call of its function, which is 1 where that failed.
  mutating func call(_ kernel: ArrayKernel, _ function: String) -> String {
    let isShared = plan.isShared(kernel)
    var text = isDue(before: kernel) ? meet() : ""
    if isShared {
      shared.append(kernel)
      return text + (kernel.canFail ? "  if (\(function)) return 1;\n" : "  \(function);\n")
    }
    if alone.count <= Meetings.limit { alone.append(kernel) }
    text += "  if (share->thread == 0\(mayHaveFailed ? " && !failure[0]" : "")"
    if !kernel.canFail { return text + ") \(function);\n" }
    mayHaveFailed = true
    return text + " && \(function)) failure[\(word)] = 1;\n"
  }

  /// Notes a kernel that cannot fail; gives whether the threads must meet before it.
  mutating func isMeeting(before kernel: ArrayKernel) -> Bool {
    let isDue = isDue(before: kernel)
    if isDue { (shared, alone) = ([], []) }
    if plan.isShared(kernel) { shared.append(kernel) } else { alone.append(kernel) }
    return isDue
  }

  private func isDue(before kernel: ArrayKernel) -> Bool {
    let isShared = plan.isShared(kernel)
    let others = isShared ? shared + alone : shared
    if isShared, mayHaveFailed, kernel.canFail || kernel.writtenBuffers.contains(where: isResult) { return true }
    return others.count >= Meetings.limit || others.contains { plan.conflict(kernel, $0) }
  }

  /// What stands behind all calls.
  mutating func end() -> String { mayHaveFailed ? meet() : "" }

  private var word: Int { Meetings.words[looks % Meetings.words.count] }

  private mutating func meet() -> String {
    defer {
      if mayHaveFailed { looks += 1 }
      (shared, alone, mayHaveFailed) = ([], [], false)
    }
    return "  nabla_meet(share);\n" + (mayHaveFailed ? "  if (failure[\(word)]) return 1;\n" : "")
  }

  private func isResult(_ buffer: Int) -> Bool { if case .output = plan.buffers[buffer].place { true } else { false } }
}
