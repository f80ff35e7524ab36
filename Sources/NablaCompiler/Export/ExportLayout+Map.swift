import NablaGraph

extension ExportLayout {
  /// The map over points: in vectors for compilers that have them, and as a loop of single points for others.
  ///
  /// - Parameter known: what stands before it; what the loop needs is added.
  func mapText(_ known: inout CRequirements) -> String {
    var body = CBody(map.plan)
    let loop = map.write(&body)
    known.formUnion(body.requirements)
    guard let vectors = CVectorMap(map.plan, name: map.name, isNative: false) else { return loop }
    var (lanes, points) = (CBody(map.plan, form: .vector(vectors.lanes)), CBody(map.plan))
    let isShort = map.plan.statements.count <= CKernel.inliningLimit
    if isShort { lanes.joint = JointCalls(map.plan) }
    let functions = vectors.write(&lanes, &points)
    var needed = lanes.requirements
    needed.formUnion(points.requirements)
    needed.sections.formUnion(vectors.lanes.sections(of: map.plan))
    return """
      #if defined(__clang__) || defined(__GNUC__) && __GNUC__ >= 9
      \(CKernel.noInline)\(vectors.lanes.preamble)
      \(needed.definitions(besides: known))\
      \(vectors.lanes.definitions(of: map.plan))\
      \(map.plan.hasBoolPorts ? vectors.lanes.maskDefinitions : "")\
      \(isShort ? "" : CKernel.calls(of: needed.sections))\
      \(functions)
      #else
      \(loop)
      #endif

      """
  }

  /// How far the map may be from the functions of one point: vectors have functions of their own.
  var tolerance: Double {
    if map.plan.isExact { return 0 }
    return map.plan.statements.contains { $0.element == .f32 } ? 1e-4 : 1e-9
  }
}
