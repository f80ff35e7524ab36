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
}
