import NablaRuntime

/// Prints arrays as NumPy does: columns aligned, long ones shortened.
///
/// Source: `array2string` of NumPy 2.4 with `separator=', '`, whose output the tests compare; truth values are `true` and
/// `false` here.
public struct TensorText: Hashable, Sendable {
  /// Columns of a line.
  public var lineWidth = 75
  /// Arrays with more elements are shortened.
  public var threshold = 1000
  /// How many entries a shortened axis keeps at either end.
  public var edgeItems = 3
  /// Digits after the point at most, or after the first one of a power of ten.
  public var precision = 8

  public init() {}

  /// The text of a tensor; a scalar is a number with all its digits.
  ///
  /// - Parameter indent: how many columns stand before the first line; the others are indented by as many.
  public func text(_ tensor: Tensor, indent: Int = 0) -> String {
    if tensor.rank == 0 { return ElementText.exact(tensor.column)(0) }
    if tensor.count == 0 { return "[]" }
    // Deeper nesting than arrays have would only be brackets.
    if tensor.rank > NPYHeader.rankLimit { return "an array of \(tensor.count) elements on \(tensor.rank) axes" }
    let isShortened = tensor.count > threshold
    let shown = isShortened ? edges(of: tensor.shape) : Array(0..<tensor.count)
    let element = ElementText.aligned(tensor.column, shown, precision: precision)
    var writer = ArrayWriter(
      shape: tensor.shape, strides: TensorText.strides(tensor.shape), edge: isShortened ? edgeItems : nil,
      element: element)
    return writer.write(axis: 0, offset: 0, hangingIndent: String(repeating: " ", count: indent + 1), width: lineWidth)
  }

  static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// The elements that a shortened array shows.
  private func edges(of shape: [Int]) -> [Int] {
    var offsets = [0]
    for (extent, stride) in zip(shape, TensorText.strides(shape)) {
      let kept =
        extent > 2 * edgeItems ? Array(0..<edgeItems) + Array(extent - edgeItems..<extent) : Array(0..<extent)
      offsets = offsets.flatMap { start in kept.map { start + $0 * stride } }
    }
    return offsets
  }
}

/// Lays out brackets, commas and lines; recursion is as deep as the array has axes.
private struct ArrayWriter {
  let shape: [Int]
  let strides: [Int]
  /// Entries kept at either end of an axis, where the array is shortened.
  let edge: Int?
  let element: (Int) -> String

  mutating func write(axis: Int, offset: Int, hangingIndent: String, width: Int) -> String {
    let extent = shape[axis]
    let isShortened = edge.map { 2 * $0 < extent } ?? false
    let kept = edge ?? 0
    let entries = isShortened ? Array(0..<kept) + Array(extent - kept..<extent) : Array(0..<extent)
    var text = ""
    if axis == shape.count - 1 {
      var line = hangingIndent
      func extend(_ word: String) {
        // A word that is too long for any line stays where it is.
        if line.count + word.count > width - 1, line.count > hangingIndent.count {
          while line.last == " " { line.removeLast() }
          text += line + "\n"
          line = hangingIndent
        }
        line += word
      }
      for (number, index) in entries.enumerated() {
        if isShortened, number == kept {
          extend("...")
          line += ", "
        }
        extend(element(offset + index * strides[axis]))
        if number < entries.count - 1 { line += ", " }
      }
      text += line
    } else {
      let separator = "," + String(repeating: "\n", count: shape.count - axis - 1)
      for (number, index) in entries.enumerated() {
        if isShortened, number == kept { text += hangingIndent + "..." + separator }
        text += hangingIndent
        text += write(
          axis: axis + 1, offset: offset + index * strides[axis], hangingIndent: hangingIndent + " ", width: width - 1)
        if number < entries.count - 1 { text += separator }
      }
    }
    return "[" + text.dropFirst(hangingIndent.count) + "]"
  }
}
