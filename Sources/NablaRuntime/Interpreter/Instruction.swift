import NablaGraph

/// One step of the interpreter: reads and writes registers, a block of points at a time.
///
/// A register is a run of *lanes*, 8 bytes each: element after element, and for each element one lane a point of the
/// block. Lanes hold numbers as ``Literal`` does. Register addresses count elements; times the points of a block they
/// are lanes.
struct Instruction: Sendable {
  enum Action: UInt8, Sendable {
    /// The operation table's own block loop on doubles; also for `bool`.
    case floats
    /// The same, then rounded to `f32`.
    case singles
    /// The integer form in 64 bits.
    case integers
    /// The integer form, wrapped to 32 bits.
    case narrowIntegers
    /// The integer form of a comparison: the result is a `bool`.
    case integerTest
    /// Chooses between lanes by their bits.
    case select
    /// Fills the register with literal `index`.
    case literal
    /// Reads input `index` of the call, of type `from`.
    case load
    /// Writes output `index` of the call, of type `to`.
    case store
    /// Converts from one element type to another.
    case cast
    /// Fills the register with zero bits.
    case clear
    /// Moves elements as movement `index` says.
    case move
    /// Combines elements into their places in the result as movement `index` says, starting from its literal.
    case reduce
    /// Sums products of the elements of two operands as contraction `index` says.
    case contract
    /// The same as convolution `index` says.
    case convolve
    /// Adds elements into zeros as movement `index` says.
    case accumulate
    /// Reads, or adds into zeros, slices at run-time places as gather `index` says.
    case gather, scatter
    /// Fills the register with 0, 1, …
    case iota
    /// Sums or products up to each element along the axis of axis walk `index`.
    case cumulate
    /// The place of an extreme element, of type `from`, along the axis of axis walk `index`.
    case findExtremum
    /// The order of elements, of type `from`, along the axis of axis walk `index`.
    case argsort
    /// Random numbers of draw `index`.
    case draw
    /// Repeats the instructions of scan `index`.
    case scan
  }

  var action: Action
  /// What ``Action/floats`` to ``Action/integerTest``, and the combination of elements along an axis, apply.
  var function: Elementwise = .identity
  var from: ElementType = .f64
  var to: ElementType = .f64
  /// A position in the table that the action names.
  var index: UInt32 = 0
  var result: UInt32 = 0
  var x: UInt32 = 0
  var y: UInt32 = 0
  var z: UInt32 = 0
  /// Elements of the result.
  var elements: UInt32 = 1
}

/// A site that random numbers are drawn at.
struct Draw: Sendable {
  let site: Int64
  /// Numbers a key.
  let count: Int
}

/// A compiled program: what the interpreter executes.
struct InstructionList: Sendable {
  /// Executed once a call, before the first block.
  var prologue: [Instruction] = []
  /// Executed once a block.
  var body: [Instruction] = []
  /// Elements of all registers together.
  var width = 0
  var literals: [Literal] = []
  var movements: [Movement] = []
  var contractions: [ContractionWalk] = []
  var convolutions: [ConvolutionWalk] = []
  var gathers: [GatherWalk] = []
  var axes: [AxisWalk] = []
  var draws: [Draw] = []
  var scans: [ScanLoop] = []

  /// Points a block: enough to pay for dispatch, few enough that the registers stay in a core's cache, and always few
  /// enough that their memory is in proportion to the width.
  func lanes(points: Int) -> Int {
    let cached = (1 << 16) / max(width, 1)
    let least = width > 1 << 19 ? 1 : 8
    return max(1, min(points, 256, max(cached, least)))
  }
}
