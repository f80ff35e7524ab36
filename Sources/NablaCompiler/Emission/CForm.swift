import NablaGraph

/// What the statements of a kernel compute with: a number, or a vector of numbers of neighbouring points.
enum CForm: Sendable {
  case scalar
  /// The vector types of GCC and Clang: ``CVector``.
  case vector

  /// The C type of a value.
  func type(_ element: ElementType) -> String {
    switch self {
    case .scalar: element.cType
    case .vector: CVector.type(element)
    }
  }

  /// A literal as an operand.
  func literal(_ text: String, _ element: ElementType) -> String {
    switch self {
    case .scalar: text
    case .vector: "\(CVector.splat(element))(\(text))"
    }
  }

  func template(_ f: Elementwise, on element: ElementType) -> CTemplate {
    switch self {
    case .scalar: CTemplate(f, on: element)
    case .vector: CTemplate(vector: f, on: element)
    }
  }

  func template(castFrom source: ElementType, to target: ElementType) -> CTemplate {
    switch self {
    case .scalar: CTemplate(castFrom: source, to: target)
    case .vector: CTemplate(vectorCastFrom: source, to: target)
    }
  }

  /// What is in a slot of a workspace, which holds doubles or vectors of them.
  func load(_ element: ElementType, _ place: String) -> String {
    if element != .bool { return place }
    switch self {
    case .scalar: return "\(place) != 0"
    case .vector: return "(nabla_v_mask)\(place)"
    }
  }

  /// A value as a slot holds it.
  func stored(_ element: ElementType, _ value: String) -> String {
    if element != .bool { return value }
    switch self {
    case .scalar: return value
    case .vector: return "(nabla_v)\(value)"
    }
  }
}
