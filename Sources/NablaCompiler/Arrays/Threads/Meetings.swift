/// Where the threads of a call must meet: before a kernel that reads or writes memory that another thread may still be
/// at work on.
struct Meetings {
  private let plan: ArrayPlan
  /// Kernels since the last meeting: those that are shared, and those of the first thread.
  private var shared: [ArrayKernel] = []
  private var alone: [ArrayKernel] = []

  /// Kernels that are compared with the next.
  private static let limit = 32

  init(_ plan: ArrayPlan) { self.plan = plan }

  /// What stands before the call of a kernel.
  mutating func begin(_ kernel: ArrayKernel) -> String {
    let isShared = plan.isShared(kernel)
    let others = isShared ? shared + alone : shared
    var text = ""
    if kernel.canFail || others.count >= Meetings.limit
      || others.contains(where: { plan.conflict(kernel, $0) })
    {
      text = "  nabla_meet(share);\n"
      (shared, alone) = ([], [])
    }
    if isShared {
      shared.append(kernel)
    } else if alone.count <= Meetings.limit {
      alone.append(kernel)
    }
    return text
  }
}
