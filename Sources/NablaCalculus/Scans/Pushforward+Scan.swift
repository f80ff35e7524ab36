import NablaGraph

extension Graph {
  /// Forward mode through a scan: one scan that carries values and tangents side by side.
  ///
  /// - Parameter tangents: of the operands; `nil` where they do not vary.
  /// - Returns: the tangent of each result; `nil` where it does not vary.
  mutating func scanPushforward(of id: NodeID, _ tangents: [NodeID?]) -> [NodeID?] {
    guard let primal = ScanBuilder(id, of: self) else { return [] }
    let varied = primal.variation(from: tangents.map { $0 != nil })
    var scan = primal
    var inputs: [NodeID] = []
    var directions: [NodeID] = []
    let names = primal.inputs.map { tangentName(of: $0, in: primal.body) }
    for (position, operand) in operands(of: id).enumerated() where varied.inputs[position] {
      let type = type(of: operand)
      let tangent = tangents[position].map { summed($0, to: type.shape) } ?? constant(.zero, type.element, type.shape)
      inputs.append(primal.inputs[position])
      if position < primal.carried.count {
        directions.append(scan.carry(names[position], from: tangent, in: self))
      } else if position < primal.carried.count + primal.sequences.count {
        directions.append(scan.walk(names[position], over: tangent, in: self))
      } else {
        directions.append(scan.capture(tangent, in: self))
      }
    }
    let (roots, count) = (primal.roots, primal.carried.count)
    let positions = roots.indices.filter { varied.roots[$0] }
    let images = scan.body.pushforward(of: positions.map { roots[$0] }, from: inputs, along: directions)
    for (offset, (position, image)) in zip(positions, images).enumerated() {
      if position < count { scan.carried[count + offset].next = image } else { scan.outputs.append(image) }
    }
    let results = scan.append(to: &self)
    let tangents = Array(results.carried.dropFirst(count) + results.outputs.dropFirst(primal.outputs.count))
    return roots.indices.map { position in positions.firstIndex(of: position).map { tangents[$0] } }
  }

  private func tangentName(of input: NodeID, in body: Graph) -> String {
    body.parameterIndex(input).map { "d\(body.parameters[$0].name)" } ?? ""
  }
}
