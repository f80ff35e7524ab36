import CNablaMath

/// One marked section of the shared source: see nabla_math.h.
struct Section {
  var name: String
  var uses: [String] = []
  var libm: [String] = []
  /// The operations that it computes together, and the member of its result that each is.
  var gives: [(operation: String, member: String)] = []
  var text = ""

  /// The worst error in ulps that the section's comment promises.
  var promisedError: Double? {
    if text.contains("Exact.") { return 0 }
    let words = text.split { $0 == " " || $0 == "\n" }
    guard let at = words.indices.first(where: { words[$0...].starts(with: ["At", "most"]) }) else { return nil }
    return words.indices.contains(at + 2) ? Double(words[at + 2]) : nil
  }

  /// The names of C functions, types and macros in the text, comments aside.
  var identifiers: Set<String> {
    let code = text.split(separator: "\n").map { $0.prefix(upTo: $0.firstRange(of: "//")?.lowerBound ?? $0.endIndex) }
    return Set(
      code.flatMap { $0.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init) })
  }
}

/// The sections of the text that the C target hands out, in order.
func sections() -> [Section] {
  var all: [Section] = []
  var open = false
  for line in String(cString: nabla_math_source()).split(separator: "\n", omittingEmptySubsequences: false) {
    if line.hasPrefix("// nabla:function ") {
      let words = line.split(separator: " ").dropFirst(2).map(String.init)
      let uses = words.drop { $0 != "uses" }.dropFirst().prefix { $0 != "libm" }
      let libm = words.drop { $0 != "libm" }.dropFirst()
      let gives = words.drop { $0 != "gives" }.dropFirst().prefix { $0.contains("=") }.map { $0.split(separator: "=") }
      all.append(
        Section(
          name: words.first ?? "", uses: Array(uses), libm: Array(libm),
          gives: gives.map { (operation: String($0[0]), member: String($0[1])) }))
      open = true
    } else if line == "// nabla:end" {
      open = false
    } else if open {
      all[all.count - 1].text += line + "\n"
    }
  }
  return all
}

/// Every libm function that a section may call, with its number of operands.
let libmArity: [String: Int] = [
  "acos": 1, "asin": 1, "atan": 1, "copysign": 2, "cos": 1, "exp": 1, "expm1": 1, "fabs": 1, "floor": 1, "fma": 3,
  "fmod": 2, "log": 1, "log1p": 1, "pow": 2, "rint": 1, "sin": 1, "sqrt": 1, "tan": 1,
]
