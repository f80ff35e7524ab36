/// One step of an array program.
public enum ArrayKernel: Sendable {
  case loop(LoopKernel)
  case rows(RowKernel)
  case contract(ContractionKernel)
  case scatter(ScatterKernel)
  case along(AxisKernel)
  case random(RandomKernel)
  case scan(ScanKernel)
  case pack(PackingKernel)

  private var parts: any KernelParts {
    switch self {
    case .loop(let kernel): kernel
    case .rows(let kernel): kernel
    case .contract(let kernel): kernel
    case .scatter(let kernel): kernel
    case .along(let kernel): kernel
    case .random(let kernel): kernel
    case .scan(let kernel): kernel
    case .pack(let kernel): kernel
    }
  }

  /// Buffers that are read, each once.
  var readBuffers: [Int] { parts.readBuffers }
  /// Buffers that are written, each once.
  var writtenBuffers: [Int] { parts.writtenBuffers }
  /// How long the text is, in statements.
  var statementCount: Int { parts.statementCount }
  /// Whether a call can fail here.
  var canFail: Bool { parts.canFail }
  /// Operations on numbers of the program.
  var operationCount: Int { parts.operationCount }
  var isScan: Bool { if case .scan = self { true } else { false } }
  /// Parts that threads can share; 1 for what one thread does alone.
  var partCount: Int { parts.partCount }
  /// What loops write.
  var loopResults: [LoopKernel.Result] {
    switch self {
    case .loop(let loop): loop.results
    case .rows(let rows): rows.parts.flatMap(\.results)
    default: []
    }
  }
  /// Buffers that are nobody else's business.
  var scratchBuffers: [Int] { parts.scratchBuffers }
}

/// What the planner asks of every kind of kernel.
protocol KernelParts: Sendable {
  var readBuffers: [Int] { get }
  var writtenBuffers: [Int] { get }
  var statementCount: Int { get }
  var canFail: Bool { get }
  var operationCount: Int { get }
  var partCount: Int { get }
  var scratchBuffers: [Int] { get }
}

extension KernelParts {
  var canFail: Bool { false }
  var scratchBuffers: [Int] { [] }
  var partCount: Int { 1 }
}
