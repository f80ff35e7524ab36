import NablaGraph
import NablaRuntime

/// What one compiled array program does: a list of kernels over arrays of known extents, and where the arrays lie.
///
/// Views are index arithmetic, chains of elementwise operations are fused into what consumes them, and temporaries
/// share one workspace.
public struct ArrayPlan: Sendable {
  /// Where an array lies during a call.
  public enum Place: Hashable, Sendable {
    case input(Int)
    case output(Int)
    /// In the workspace, bytes from its start.
    case workspace(Int)
    /// Nowhere: it has no elements, or no kernel reads it.
    case nowhere
  }

  /// An array in memory, in row-major order.
  public struct Buffer: Sendable {
    public let element: ElementType
    public let extents: [Int]
    public var place: Place
    /// The program's name of it, if it has one.
    public var name: String?

    public var byteCount: Int { extents.elementCount * element.size }
  }

  /// One input or output of the program.
  public struct Port: Hashable, Sendable {
    public let name: String
    public let element: ElementType
    public let extents: [Int]
  }

  public internal(set) var inputs: [Port] = []
  public internal(set) var outputs: [Port] = []
  public internal(set) var buffers: [Buffer] = []
  public internal(set) var kernels: [ArrayKernel] = []
  /// Bytes of workspace that a call needs.
  public internal(set) var workspaceSize = 0

  /// Statements of all kernels together.
  public var statementCount: Int { kernels.reduce(0) { $0 + $1.statementCount } }
}

/// One step of an array program.
public enum ArrayKernel: Sendable {
  case loop(LoopKernel)

  /// Buffers that are read, each once.
  var readBuffers: [Int] {
    switch self {
    case .loop(let loop): loop.readBuffers
    }
  }

  /// Buffers that are written, each once.
  var writtenBuffers: [Int] {
    switch self {
    case .loop(let loop): loop.results.map(\.buffer)
    }
  }

  /// How long the text is, in statements.
  var statementCount: Int {
    switch self {
    case .loop(let loop): loop.body.statements.count + loop.sources.count + loop.results.count
    }
  }
}
