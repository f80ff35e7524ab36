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

  /// An array in memory, in row-major order; of some, the first axis is the innermost one.
  public struct Buffer: Sendable {
    public let element: ElementType
    public let extents: [Int]
    public var place: Place
    /// The program's name of it, if it has one.
    public var name: String?
    /// Whether the first axis is the innermost one in memory.
    var isBatchLast = false

    public var byteCount: Int { extents.elementCount * element.size }
  }

  /// Gives a buffer of one axis another length.
  mutating func resize(_ buffer: Int, to count: Int) {
    let old = buffers[buffer]
    buffers[buffer] = Buffer(element: old.element, extents: [count], place: old.place, name: old.name)
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
  /// Where in the text each kernel comes from.
  public internal(set) var origins: [Origin] = []
  /// The most threads that share a call.
  public internal(set) var threads = 1
  /// Nanoseconds that a kernel takes at least, if threads share it.
  var grain = ArrayPlan.usualGrain
  /// Whether it is one step of a loop.
  var isStep = false

  /// What takes less is not worth a meeting of the threads.
  public static let usualGrain = 4_000.0
  /// Bytes of workspace that a call needs.
  public internal(set) var workspaceSize = 0
  /// The input that each output may be written over.
  var aliases: [Int: Int] = [:]

  /// Statements of all kernels together.
  public var statementCount: Int { kernels.reduce(0) { $0 + $1.statementCount } }

  /// Whether a call can meet an index that an array does not have.
  public var canFail: Bool { kernels.contains(where: \.canFail) }
}
