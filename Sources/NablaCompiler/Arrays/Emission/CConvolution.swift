import NablaGraph
import NablaRuntime

/// Writes the function of a convolution: direct loops over places and windows, with the outputs, or where every group
/// has one channel and one output the groups, side by side in the innermost loop.
struct CConvolution: CKernelFunction {
  let kernel: ConvolutionKernel
  let parameters: CArrayParameters
  private(set) var requirements = CRequirements()

  init(_ kernel: ConvolutionKernel, _ parameters: CArrayParameters) {
    self.kernel = kernel
    self.parameters = parameters
  }

  /// Whether the innermost loop runs over groups.
  private var isDepthwise: Bool { kernel.channels == 1 && kernel.outputs == 1 }

  mutating func write(name: String) -> String {
    let element = parameters.element(of: kernel.result)
    let (add, multiply) = (CTemplate(.add, on: element), CTemplate(.multiply, on: element))
    requirements.add(add)
    requirements.add(multiply)
    let (x, k) = (parameters.name(of: kernel.input), parameters.name(of: kernel.window))
    let r = parameters.name(of: kernel.result)
    let (g, c, o) = (kernel.groups, kernel.channels, kernel.outputs)
    let width = isDepthwise ? g : o
    var text = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n"
    var loops = Loops(indent: "  ")
    loops.open("n", kernel.batch, &text)
    for (axis, part) in kernel.axes.enumerated() { loops.open("t\(axis)", part.result, &text) }
    if !isDepthwise { loops.open("g", g, &text) }
    let places = mixed("n", kernel.axes.enumerated().map { ("t\($0)", $1.result) })
    text += "\(loops.indent)\(element.cType) *const row = \(r) + "
    text += isDepthwise ? "(\(places)) * \(g);\n" : "((\(places)) * \(g) + g) * \(o);\n"
    text += "\(loops.indent)for (int64_t o = 0; o < \(width); ++o) row[o] = 0;\n"
    let outside = loops.count
    for (axis, part) in kernel.axes.enumerated() {
      loops.open("w\(axis)", part.window, &text)
      text += "\(loops.indent)int64_t s\(axis) = t\(axis) * \(part.stride) + w\(axis) * \(part.kernelDilation)"
      text += " - (\(part.low));\n"
      let stretched = part.inputDilation == 1 ? "" : " || s\(axis) % \(part.inputDilation) != 0"
      text += "\(loops.indent)if (s\(axis) < 0\(stretched)) continue;\n"
      if part.inputDilation > 1 { text += "\(loops.indent)s\(axis) /= \(part.inputDilation);\n" }
      text += "\(loops.indent)if (s\(axis) >= \(part.input)) continue;\n"
    }
    let inputs = mixed("n", kernel.axes.enumerated().map { ("s\($0)", $1.input) })
    let windows = mixed("0", kernel.axes.enumerated().map { ("w\($0)", $1.window) })
    if isDepthwise {
      text += "\(loops.indent)const \(element.cType) *const from = \(x) + (\(inputs)) * \(g);\n"
      text += "\(loops.indent)const \(element.cType) *const window = \(k) + (\(windows)) * \(g);\n"
      let product = multiply.text("from[o]", "window[o]")
      text += "\(loops.indent)for (int64_t o = 0; o < \(width); ++o) row[o] = \(add.text("row[o]", "(\(product))"));\n"
    } else {
      text += "\(loops.indent)const \(element.cType) *const from = \(x) + ((\(inputs)) * \(g) + g) * \(c);\n"
      text += "\(loops.indent)const \(element.cType) *const window = \(k) + ((\(windows)) * \(g) + g) * \(c * o);\n"
      loops.open("c", c, &text)
      text += "\(loops.indent)const \(element.cType) factor = from[c];\n"
      let product = multiply.text("factor", "window[c * \(o) + o]")
      text += "\(loops.indent)for (int64_t o = 0; o < \(width); ++o) row[o] = \(add.text("row[o]", "(\(product))"));\n"
    }
    loops.close(loops.count - outside, &text)
    loops.close(outside, &text)
    return text + "}\n\n"
  }

  /// A position from digits in a mixed radix.
  private func mixed(_ first: String, _ digits: [(name: String, extent: Int)]) -> String {
    digits.reduce(first) { "(\($0)) * \($1.extent) + \($1.name)" }
  }
}

/// Loops of C that are open.
struct Loops {
  private(set) var indent: String
  private(set) var count = 0

  init(indent: String) { self.indent = indent }

  mutating func open(_ name: String, _ extent: Int, _ text: inout String) {
    text += "\(indent)for (int64_t \(name) = 0; \(name) < \(extent); ++\(name)) {\n"
    indent += "  "
    count += 1
  }

  /// Counts a block that has been opened by hand.
  mutating func indentFurther() {
    indent += "  "
    count += 1
  }

  mutating func close(_ number: Int, _ text: inout String) {
    for _ in 0..<number {
      indent.removeLast(2)
      text += "\(indent)}\n"
    }
    count -= number
  }
}
