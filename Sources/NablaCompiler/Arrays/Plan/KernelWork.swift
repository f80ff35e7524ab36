import NablaGraph

/// What a kernel has to do at least: the arithmetic, and the bytes of the arrays that it reads and writes.
public struct KernelWork: Hashable, Sendable {
  /// Operations on numbers of the program: a multiplication and an addition are two, a function is one.
  public var operations = 0
  /// Bytes of all arrays that go in and out, each once.
  public var bytes = 0

  public init(operations: Int = 0, bytes: Int = 0) {
    self.operations = operations
    self.bytes = bytes
  }

  public static func + (left: KernelWork, right: KernelWork) -> KernelWork {
    KernelWork(operations: left.operations + right.operations, bytes: left.bytes + right.bytes)
  }

  static func * (work: KernelWork, count: Int) -> KernelWork {
    KernelWork(operations: work.operations * count, bytes: work.bytes * count)
  }
}

extension ArrayPlan {
  /// The work of one kernel. A loop of steps does the work of its body in every step.
  public func work(of kernel: ArrayKernel) -> KernelWork {
    if case .scan(let scan) = kernel { return scan.body.work * scan.length }
    let scratch = Set(kernel.scratchBuffers)
    let arrays = (kernel.readBuffers + kernel.writtenBuffers).unique.filter { !scratch.contains($0) }
    // What is read and written goes both ways.
    let both = Set(kernel.readBuffers).intersection(kernel.writtenBuffers).subtracting(scratch)
    let bytes = (arrays + both).reduce(0) { $0 + buffers[$1].byteCount }
    return KernelWork(operations: kernel.operationCount, bytes: bytes)
  }

  /// The work of all kernels.
  public var work: KernelWork { kernels.reduce(KernelWork()) { $0 + work(of: $1) } }

  /// Kernels, and those that the steps of loops run.
  public var kernelCount: Int {
    kernels.reduce(0) { count, kernel in
      if case .scan(let scan) = kernel { return count + 1 + scan.body.kernelCount }
      return count + 1
    }
  }
}

extension LoopKernel {
  var operationCount: Int {
    let statements = body.statements.count { if case .apply = $0.action { true } else { false } }
    return statements * extents.elementCount
  }
}

extension RowKernel {
  var operationCount: Int { parts.reduce(0) { $0 + $1.operationCount } }
}

extension ContractionKernel {
  var operationCount: Int {
    let places = windows.flatMap { [$0.placeExtent, $0.sumExtent] }.reduce(1, *)
    let products = [batch, rows, columns, sums].joined().reduce(1) { $0 * $1.extent }
    return 2 * windows.reduce(products / places) { $0 * $1.count } + (epilogue?.operationCount ?? 0)
  }
  var scratchBuffers: [Int] { [scratch] }
}

extension ScatterKernel {
  var operationCount: Int { batches * places * slice.reduce(1) { $0 * $1.extent } }
}

extension AxisKernel {
  var operationCount: Int { outer * extent * inner }
  var scratchBuffers: [Int] { scratch.map { [$0] } ?? [] }
}

extension RandomKernel {
  var operationCount: Int { keys * count }
}
