/// A function of arrays that cannot be written in the language itself. Each is one row of `Primitive+Table.swift`: its
/// parameters, what it is for, and how it becomes nodes.
enum Primitive: String, CaseIterable, Hashable, Sendable {
  // Arrays of sizes
  case zeros, ones, full, eye, arange
  // Shapes
  case reshape, transpose, swapaxes, flip, tile, `repeat`
  case broadcastTo = "broadcast_to"
  // Joining and taking apart
  case concatenate, stack, split, pad
  // Order and places
  case cumsum, cumprod, argsort, argmax, argmin, take
  case takeAlongAxis = "take_along_axis"
  // Windows
  case groupedConvolution = "grouped_convolution"
  case transposedConvolution = "grouped_convolution_transpose"
  case windows
  case windowPadding = "window_padding"
  case windowAxes = "window_axes"
  // Chance
  case random

  /// Whether it is a building stone of the library that programs do not see.
  var isForLibrary: Bool {
    switch self {
    case .windowPadding, .windowAxes, .random: true
    default: false
    }
  }

  /// A parameter: `axis = 0` may be left out, `arrays...` takes any number of arguments.
  struct Parameter: Hashable, Sendable {
    let name: String
    let isOptional: Bool
    let isVariadic: Bool

    fileprivate init(_ text: Substring) {
      name = String(text.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      isOptional = text.contains("=")
      isVariadic = text.hasSuffix("...")
    }
  }

  /// What is declared of a primitive.
  struct Row: Sendable {
    typealias Meaning = @Sendable (inout Lowering, PrimitiveCall) -> Value?

    /// As a header has them: `x, axis = -1`.
    let header: String
    let parameters: [Parameter]
    let summary: String
    /// The result; `nil` where a problem has been reported.
    let meaning: Meaning

    init(_ header: String, _ summary: String, _ meaning: @escaping Meaning) {
      self.header = header
      self.summary = summary
      self.meaning = meaning
      parameters = header.split(separator: ", ").map { Parameter($0) }
    }
  }

  var row: Row { Primitive.rows[self] ?? Row("", "") { _, _ in nil } }

  private static let rows = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.makeRow()) })
}

/// A call of a primitive, with its arguments by parameter.
struct PrimitiveCall {
  let primitive: Primitive
  let site: SyntaxID
  /// A parameter that is left out is missing.
  var arguments: [String: Lowering.Argument] = [:]
  /// The arguments of a parameter that takes any number.
  var list: [Lowering.Argument] = []
}
