import NablaGraph

extension CodeNotation {
  func spelling(of name: String) -> String { name }

  /// ASCII letters, digits and `_`; Greek letters become their names, other letters their code points.
  func legalized(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "_": result.unicodeScalars.append(scalar)
      case "0"..."9": result += result.isEmpty ? "_\(scalar)" : "\(scalar)"
      default: result += GreekName.name(of: scalar) ?? (scalar.isASCII ? "_" : "u" + String(scalar.value, radix: 16))
      }
    }
    if result.isEmpty { return "_x" }
    return keywords.contains(result) ? result + "_" : result
  }

  func reserves(_ name: String) -> Bool { keywords.contains(name) || CodeNotation.functions.contains(name) }

  func collides(_ name: String, with f: Elementwise) -> Bool { ExpressionTemplate.c(f).callee == name }

  func collides(_ name: String, with arrayFunctions: Set<String>) -> Bool { false }

  /// A function of the caller's may not be called as one of libm is.
  func functionName(_ name: String) -> String {
    let name = legalized(name)
    return CodeNotation.functions.contains(name) ? name + "_" : name
  }

  func typeName(_ element: ElementType) -> String {
    switch (dialect, element) {
    case (.c, .f64): "double"
    case (.c, .f32): "float"
    case (.c, .i64): "int64_t"
    case (.c, .i32): "int32_t"
    case (.c, .bool): "int"
    case (.swift, .f64): "Double"
    case (.swift, .f32): "Float"
    case (.swift, .i64): "Int64"
    case (.swift, .i32): "Int32"
    case (.swift, .bool): "Bool"
    }
  }

  private var keywords: Set<String> { dialect == .c ? CodeNotation.cWords : CodeNotation.swiftWords }

  /// What `<math.h>` declares: the functions of the table, and those that it does not call.
  private static let functions: Set<String> = Set(
    Elementwise.allCases.compactMap { ExpressionTemplate.c($0).callee } + Elementwise.allCases.map(\.name)
      + [
        "j0", "j1", "jn", "y0", "y1", "yn", "abs", "drem", "exp10", "fdim", "fma", "fmax", "fmin", "fmod", "frexp",
        "ilogb", "ldexp", "lgamma", "tgamma", "logb", "lrint", "lround", "llrint", "llround", "modf", "nan",
        "nearbyint",
        "nextafter", "nexttoward", "pow10", "remainder", "remquo", "rint", "scalb", "scalbn", "scalbln", "significand",
        "sincos", "signgam", "copysign", "isnan", "isinf", "finite", "signbit", "main",
      ])

  private static let cWords: Set<String> = [
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
    "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof",
    "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "asm", "typeof", "bool",
    "true", "false", "I", "INFINITY", "NAN", "HUGE_VAL", "DOMAIN", "SING", "OVERFLOW", "UNDERFLOW", "linux", "unix",
    "int32_t", "int64_t",
  ]

  private static let swiftWords: Set<String> = [
    "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout",
    "internal", "let", "open", "operator", "private", "precedencegroup", "protocol", "public", "rethrows", "static",
    "struct", "subscript", "typealias", "var", "break", "case", "catch", "continue", "default", "defer", "do", "else",
    "fallthrough", "for", "guard", "if", "in", "repeat", "return", "throw", "switch", "where", "while", "Any", "as",
    "await", "false", "is", "nil", "self", "Self", "super", "throws", "true", "try", "_", "Double", "Float", "Int",
    "Int32", "Int64", "Bool",
  ]
}
