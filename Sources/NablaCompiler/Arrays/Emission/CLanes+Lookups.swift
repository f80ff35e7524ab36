import NablaGraph

extension CLanes {
  /// The declaration of a vector whose lanes lie where integers say that are read along the loop: lane by lane.
  func lookedUp(
    _ source: LoopKernel.Source, _ type: ElementType, _ name: String, along axis: Int, count: String?,
    _ parameters: CArrayParameters, _ indent: String
  ) -> String {
    let value: String
    switch source {
    case .element(let buffer, let address):
      value = "\(parameters.name(of: buffer))[\(parameters.place(of: buffer, address))]"
    case .position(let index): value = "(\(type.cType))(\(parameters.text(index)))"
    case .accumulator, .product: return ""
    }
    let place = count.map { "(lane < \($0) ? lane : 0)" } ?? "lane"
    return """
      \(indent)\(self.type(type)) \(name);
      \(indent){
      \(indent)  const int64_t first = i\(axis);
      \(indent)  for (int64_t lane = 0; lane < \(self.count); ++lane) {
      \(indent)    const int64_t i\(axis) = first + \(place);
      \(indent)    \(name)[lane] = \(value)\(type == .bool ? " != 0 ? -1 : 0" : "");
      \(indent)  }
      \(indent)  NABLA_V_OPAQUE(\(name));
      \(indent)}

      """
  }
}
