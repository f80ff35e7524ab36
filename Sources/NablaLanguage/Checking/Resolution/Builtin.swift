import NablaGraph

/// A name that exists without being declared, outside the elementwise table and the library.
enum Builtin: Hashable, Sendable {
  // Constants
  case pi, e, infinity, notANumber, yes, no
  /// The flag of ``CheckOptions/training``.
  case training
  /// A new axis of extent 1, among indices.
  case newaxis
  /// All axes but the last, as the value of `axis:`.
  case leading
  case elementwise(Elementwise)
  case reduction(Operation.Reduction)
  case derivative(DerivativeForm)
  /// `diff(e, x)`, also spelled `∂(e, x)`.
  case diff
  case stop
  /// How many elements a reduction takes in: the divisor of a mean. For the library.
  case extent
  /// Sums of products by a letter for each axis.
  case einsum
  /// A function of arrays with a row in the table of primitives.
  case primitive(Primitive)
  /// The shape of the variable whose start is evaluated, else that of a scalar. For the library.
  case place

  /// Whether the name stands for a function rather than a value.
  var isFunction: Bool {
    switch self {
    case .elementwise, .reduction, .derivative, .diff, .stop, .extent, .einsum, .primitive: true
    default: false
    }
  }

  /// Whether an expression that uses the name is lowered alike when it is checked and when it is built.
  var isPlain: Bool {
    switch self {
    case .pi, .e, .infinity, .notANumber, .yes, .no, .newaxis, .elementwise, .reduction: true
    default: false
    }
  }
}

/// The functions that make derivatives of functions.
enum DerivativeForm: String, CaseIterable, Hashable, Sendable {
  case grad, jacobian, hessian, jvp, vjp, hvp

  /// Whether a second argument may list the parameters to differentiate by.
  var takesNames: Bool { self == .grad || self == .jacobian || self == .hessian }
}

extension Builtin {
  /// The built-in of a name. Functions of the elementwise table come from the table.
  static func named(_ name: String) -> Builtin? { table[name] }

  static var names: some Collection<String> { table.keys }

  private static let table: [String: Builtin] = {
    var table: [String: Builtin] = [
      "pi": .pi, "e": .e, "inf": .infinity, "nan": .notANumber, "true": .yes, "false": .no, "training": .training,
      "newaxis": .newaxis, "leading": .leading, "diff": .diff, "stop": .stop, "einsum": .einsum,
      "sum": .reduction(.sum), "prod": .reduction(.product), "any": .reduction(.any), "all": .reduction(.all),
      "max": .reduction(.max), "min": .reduction(.min), "first_max": .reduction(.firstMax),
      "first_min": .reduction(.firstMin),
    ]
    for form in DerivativeForm.allCases { table[form.rawValue] = .derivative(form) }
    for f in Elementwise.allCases where f.definition.notation == .call && table[f.name] == nil {
      table[f.name] = .elementwise(f)
    }
    for primitive in Primitive.allCases where !primitive.isForLibrary {
      table[primitive.rawValue] = .primitive(primitive)
    }
    return table
  }()

  /// What library source may use beside the names of programs.
  static func forLibrary(_ name: String) -> Builtin? {
    switch name {
    case "element_count": .extent
    case "place": .place
    default: Primitive(rawValue: name).map { .primitive($0) }
    }
  }
}
