import NablaGraph
import NablaRuntime

/// Sums over the steps of a loop and the examples of a batch, such as the derivative of a layer's weights.
///
/// The threads that share a loop have examples of their own, so each adds up its half of them: neither reads what the
/// other one has written, nor writes where the other one has read. There are two halves with one thread too, so that no
/// bit depends on the number of threads.
extension ArrayPlanBuilder {
  /// Fewer examples and shorter sums are not worth it, nor are larger halves of the result.
  private static let leastExamples = 16
  private static let leastSum = 512
  private static let byteLimit = 1 << 19

  /// The label of the examples in a sum over the steps and the examples of what a loop gives, if it is worth halving.
  func examples(in contraction: Contraction, _ id: NodeID) -> Int? {
    let graph = facts.graph
    guard depth == 0, sharing.fuses, sharing.reorders, contraction.summed.count == 2, graph.element(of: id).isFloat,
      facts.extents(of: id).elementCount * graph.element(of: id).size <= ArrayPlanBuilder.byteLimit
    else { return nil }
    let extents = facts.labelExtents(of: contraction, id)
    guard contraction.summed.reduce(1, { $0 * extents[$1] }) >= ArrayPlanBuilder.leastSum else { return nil }
    for (operand, labels) in zip(graph.operands(of: id), [contraction.left, contraction.right]) {
      guard graph.elementwise(operand) == nil, case .result = graph.operation(of: operand), labels.count > 2,
        Set(labels[..<2]) == Set(contraction.summed)
      else { continue }
      let count = extents[labels[1]]
      if count >= ArrayPlanBuilder.leastExamples, count % 2 == 0 { return labels[1] }
    }
    return nil
  }

  /// Adds the halves of a sum of products, and what adds them up.
  ///
  /// - Parameters:
  ///   - order: the labels, those of the result in its order and then those of the sum.
  ///   - label: that of the examples.
  mutating func addHalves(
    of id: NodeID, _ left: ContractionKernel.Place, _ right: ContractionKernel.Place, order: [Int], extents: [Int],
    label: Int
  ) throws(CompilerError) {
    let element = facts.graph.element(of: id)
    let result = facts.extents(of: id)
    let half = extents[label] / 2
    let halves = addBuffer(element, [2] + result)
    func ordered(_ place: ContractionKernel.Place) -> ContractionKernel.Place {
      let steps = [half * place.address.steps[label]] + order.map { place.address.steps[$0] }
      return (place.buffer, LinearIndex(offset: place.address.offset, steps: steps))
    }
    let space = [2] + order.map { $0 == label ? half : extents[$0] }
    let address = LinearIndex.address(
      Array(LinearIndex.identity(over: space)[...result.count]), in: [2] + result, rank: space.count)
    var kernel = ContractionKernel(
      over: space, summed: Array(result.count + 1..<space.count), left: ordered(left), right: ordered(right),
      result: (halves, address), element: element, unit: unit)
    // Two halves are not enough for more threads.
    if sharing.threads > 2 { kernel.preferredCut = .tiles }
    append(product: kernel)
    try addLoop(for: id, over: result) { (loop, buffer, plan) throws(CompilerError) in
      let address = plan.address(loop.identity, in: result, of: buffer, rank: loop.rank)
      var other = address
      other.offset += result.elementCount
      let sum = try loop.apply(.add, [loop.read(halves, address, plan), loop.read(halves, other, plan)], element)
      loop.add(sum, to: buffer, address)
    }
  }
}
