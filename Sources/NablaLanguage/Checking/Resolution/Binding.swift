/// Where the use of a name leads.
enum Binding: Hashable, Sendable {
  /// Nowhere: not a use, or an error that has been reported.
  case none
  case builtin(Builtin)
  /// A function of the standard library.
  case library(Int32)
  /// A function of this text; its surroundings are `up` functions out, or nothing where `up` is -1.
  case function(Int32, up: Int32)
  /// A constant of the program; `part` is the place in a destructured tuple, or -1.
  case constant(Int32, part: Int32)
  /// A parameter, dimension or local name of the function `up` functions out.
  case slot(Int32, up: Int32)
}

/// What a name means at one point of the text.
enum Meaning: Hashable, Sendable {
  /// Not looked up yet.
  case unknown
  case undefined
  /// Declared, but with an error: uses are silent.
  case faulty
  case builtin(Builtin)
  case library(Int32)
  /// `depth` counts the functions around it, from 0; -1 at top level.
  case function(Int32, depth: Int32)
  case constant(Int32, part: Int32)
  case slot(Int32, depth: Int32)

  var isLibrary: Bool { if case .library = self { true } else { false } }

  var isFunction: Bool {
    switch self {
    case .library, .function: true
    case .builtin(let builtin): builtin.isFunction
    default: false
    }
  }

  /// Whether the name stands for a number here, as far as the text shows.
  var isValue: Bool {
    switch self {
    case .slot, .constant: true
    case .builtin(let builtin): !builtin.isFunction
    default: false
    }
  }
}
