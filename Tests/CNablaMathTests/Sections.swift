import CNablaMath

/// One marked section of the shared source: see nabla_math.h.
struct Section {
  var name: String
  var uses: [String] = []
  var libm: [String] = []
  var text = ""
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
      all.append(Section(name: words.first ?? "", uses: Array(uses), libm: Array(libm)))
      open = true
    } else if line == "// nabla:end" {
      open = false
    } else if open {
      all[all.count - 1].text += line + "\n"
    }
  }
  return all
}
