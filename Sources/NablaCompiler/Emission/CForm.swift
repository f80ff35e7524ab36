import NablaGraph

/// What the statements of a kernel compute with: a number, or a vector of numbers of neighbouring points.
enum CForm: Hashable, Sendable {
  case scalar
  case vector(CLanes)

  /// The C type of a value.
  func type(_ element: ElementType) -> String {
    switch self {
    case .scalar: element.cType
    case .vector(let lanes): lanes.type(element)
    }
  }

  /// A literal as an operand.
  func literal(_ text: String, _ element: ElementType) -> String {
    switch self {
    case .scalar: text
    case .vector(let lanes): lanes.splat(text, element)
    }
  }

  func template(_ f: Elementwise, on element: ElementType) -> CTemplate {
    switch self {
    case .scalar: CTemplate(f, on: element)
    case .vector(let lanes): CTemplate(f, on: element, of: lanes)
    }
  }

  func template(castFrom source: ElementType, to target: ElementType) -> CTemplate {
    switch self {
    case .scalar: CTemplate(castFrom: source, to: target)
    case .vector(let lanes): CTemplate(castFrom: source, to: target, of: lanes)
    }
  }

  /// What is in a slot of a workspace, which holds doubles or vectors of them.
  func load(_ element: ElementType, _ place: String) -> String {
    if element != .bool { return place }
    switch self {
    case .scalar: return "\(place) != 0"
    case .vector(let lanes): return "(\(lanes.mask))\(place)"
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
