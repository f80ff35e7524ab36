import NablaGraph
import NablaRuntime

/// A sum of exponentials of what is less than a largest element that was guessed.
extension CLoopNest {
  /// The function: the guess, all parts of the sum with it, and everything again where it was bad.
  mutating func write(_ guess: GuessedMaximum, name: String) -> String {
    let opening = "static NABLA_NOINLINE void \(name)(\(parameters.declarations)) {\n"
    let type = parameters.element(of: guess.buffer).cStorage
    parameters.streamed = []
    parameters.locals[guess.buffer] = "guess"
    let whole = parameters
    var text = opening + "  \(type) guess[1];\n" + block(guess.sample, whole)
    var sums = CPartialSums(kernel.partial, of: [kernel], whole)
    parameters = sums.inner
    let axis = schedule.cut ?? 0
    let unit = schedule.unit(of: axis)
    let (_, length) = PartialSums.parts(of: kernel.extents[axis], unit: unit)
    text += "  int isGood = guess[0] - guess[0] == 0;\n"
    text += sums.opening(extent: kernel.extents[axis], unit: unit) + nest(indent: "    ")
    text += sums.closing { "    isGood &= \($0) <= \(GuessedMaximum.meanLimit * length);\n" }
    extra.formUnion(sums.requirements)
    var plain = kernel
    (plain.guess, plain.partial) = (nil, PartialSums())
    return text + "  if (isGood) return;\n" + block(guess.loop, whole) + block(plain, whole) + "}\n\n"
  }

  private mutating func block(_ kernel: LoopKernel, _ parameters: CArrayParameters) -> String {
    var nest = CLoopNest(kernel, parameters, lanes: lanes)
    let text = "  {\n" + nest.nest(indent: "    ") + "  }\n"
    extra.formUnion(nest.requirements)
    return text
  }
}
