import NablaDiagnostics
import NablaGraph

/// The kernels of a plan for people: what each does, over which space, from which arrays to which, where in the text it
/// comes from, and how much work it is. Kernels of the steps of a loop stand below it.
///
/// Arrays have their names in the program; others are `a0`, `a1`, … as in ``ArrayPlan/memoryDescription``.
public struct KernelListing: Sendable {
  /// One kernel.
  public struct Row: Sendable {
    /// How many loops there are around it.
    public let depth: Int
    /// `contract 128 × 256 over 784`.
    public let kind: String
    public let reads: [String]
    public let writes: [String]
    /// Where in the text it comes from.
    public let origin: Origin
    /// The work of one call of the program, in all steps.
    public let work: KernelWork
    /// Calls of the kernel in one call of the program.
    public let calls: Int
    /// What a loop computes.
    public let body: [String]
  }

  /// In the order in which they run; those of a loop's steps follow the loop.
  public private(set) var rows: [Row] = []
  public let workspaceSize: Int
  public let work: KernelWork

  public init(_ plan: ArrayPlan) {
    workspaceSize = plan.workspaceSize
    work = plan.work
    add(plan, carried: 0, depth: 0, calls: 1)
  }

  /// - Parameter carried: how many results are what the first inputs become.
  private mutating func add(_ plan: ArrayPlan, carried: Int, depth: Int, calls: Int) {
    let names = ArrayNames(plan, carried: carried)
    for (number, kernel) in plan.kernels.enumerated() {
      let scratch = Set(kernel.scratchBuffers)
      var body: [String] = []
      switch kernel {
      case .loop(let loop): body = plan.lines(loop, names)
      case .contract(let product): body = product.epilogue.map { plan.lines($0, names) } ?? []
      case .rows(let rows):
        for part in rows.parts { body += ["\(plan.kind(of: .loop(part)))"] + plan.lines(part, names).map { "  \($0)" } }
      default: break
      }
      rows.append(
        Row(
          depth: depth, kind: plan.kind(of: kernel),
          reads: kernel.readBuffers.filter { !scratch.contains($0) }.map { names[$0] },
          writes: kernel.writtenBuffers.filter { !scratch.contains($0) }.map { names[$0] },
          origin: plan.origins.indices.contains(number) ? plan.origins[number] : Origin(),
          work: plan.work(of: kernel) * calls, calls: calls, body: body))
      if case .scan(let scan) = kernel {
        add(scan.body, carried: scan.carried.count, depth: depth + 1, calls: calls * scan.length)
      }
    }
  }

  /// The table with a line for each kernel, and what each computes behind it.
  ///
  /// - Parameters:
  ///   - source: the text, to name lines of; what comes from behind its end is the update rule's.
  ///   - withBodies: with what loops compute.
  ///   - profile: how long each kernel takes, if that was measured.
  public func text(
    in source: SourceText? = nil, withBodies: Bool = true, profile: KernelProfile? = nil
  ) -> String {
    var header = ["kernel", "what", "from → to", "line", "flop", "bytes"]
    if profile != nil { header += ["µs", "share", "Gflop/s", "of peak", "GB/s", "of stream"] }
    var table = [header]
    let sum = profile.map { profile in
      zip(rows, profile.nanoseconds).reduce(0) { $0 + ($1.0.depth == 0 ? $1.1 : 0) }
    }
    for (number, row) in rows.enumerated() {
      let flow = "\(row.reads.joined(separator: ", ")) → \(row.writes.joined(separator: ", "))"
      let indent = String(repeating: "  ", count: row.depth)
      var cells = [
        "\(indent)\(number)", row.calls > 1 ? "\(row.kind), \(row.calls) ×" : row.kind, flow,
        KernelListing.place(row.origin, in: source), KernelListing.amount(row.work.operations),
        KernelListing.amount(row.work.bytes),
      ]
      if let profile, let sum { cells += profile.cells(number, row.work, of: sum) }
      table.append(cells)
    }
    var text = "\(rows.count) kernel\(rows.count == 1 ? "" : "s"), "
    text += "\(KernelListing.amount(work.operations))flop and "
    text += "\(KernelListing.amount(work.bytes))B a call, \(workspaceSize) bytes of workspace at the peak\n"
    if let profile, let sum { text += profile.summary(sum) }
    text += KernelListing.aligned(table)
    guard withBodies else { return text }
    for (number, row) in rows.enumerated() where !row.body.isEmpty {
      text += "\nkernel \(number): \(row.kind)\n" + row.body.map { "  \($0)\n" }.joined()
    }
    return text
  }

  /// `4: dense(256, relu)`, or the lines of several places.
  private static func place(_ origin: Origin, in source: SourceText?) -> String {
    guard let source else { return "" }
    let own = origin.ranges.filter { $0.start < source.endOffset }
    guard let first = own.first else { return origin.ranges.isEmpty ? "" : "update" }
    if own.count > 1 {
      let lines = own.map { source.position(at: $0.start).line }
      return lines.enumerated().filter { $0.offset == 0 || lines[$0.offset - 1] != $0.element }
        .map { "\($0.element)" }.joined(separator: ", ")
    }
    let words = source[first].split { $0.isNewline || $0 == " " }.joined(separator: " ")
    let shown = words.count > 28 ? words.prefix(27) + "…" : words[...]
    return "\(source.position(at: first.start).line): \(shown)"
  }

  /// A number with three digits and its thousands: `51.4 M`.
  static func amount(_ number: Int) -> String {
    var value = Double(number)
    var unit = ""
    for next in ["k", "M", "G", "T"] where value >= 999.5 {
      value /= 1000
      unit = next
    }
    let digits = unit.isEmpty || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    return "\(decimal(value, digits)) \(unit)"
  }

  /// A number with so many digits behind the point.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int((value * scale).rounded())
    if digits == 0 { return "\(scaled)" }
    let fraction = "\(scaled.magnitude % UInt(scale))"
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(scaled < 0 ? "-" : "")\(scaled.magnitude / UInt(scale)).\(zeros)\(fraction)"
  }

  private static func aligned(_ table: [[String]]) -> String {
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { cells in
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        // Numbers end where the others do.
        return column >= 4 ? space + cell : cell + space
      }
      var line = padded.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

/// The names of a plan's arrays: those of the program where they are of one array alone.
struct ArrayNames {
  private let names: [String]

  /// - Parameter carried: how many results are what the first inputs become: of the body of a loop of steps.
  init(_ plan: ArrayPlan, carried: Int = 0) {
    var uses: [String: Int] = [:]
    let inputs = Set(plan.inputs.map(\.name))
    let written = plan.buffers.map { buffer -> String? in
      var name = buffer.name
      if case .output(let position) = buffer.place, position < carried { name = plan.inputs[position].name }
      // Results of a loop have numbers, which read as indices do.
      guard let name, !name.isEmpty, !name.allSatisfy(\.isNumber) else { return nil }
      // What lies where an input does has the input's name, and is a new value.
      if case .output = buffer.place, inputs.contains(name) { return name + "'" }
      return name
    }
    for name in written.compactMap({ $0 }) { uses[name, default: 0] += 1 }
    names = written.enumerated().map { number, name in
      name.flatMap { uses[$0] == 1 ? $0 : nil } ?? "a\(number)"
    }
  }

  subscript(buffer: Int) -> String { names[buffer] }
}
