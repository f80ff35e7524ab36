import CNablaMath
import NablaGraph

/// The C functions that libm lacks, as text, to be emitted when they are used.
struct MathLibrary: Sendable {
  /// One marked section of the shared text.
  struct Section: Sendable {
    var name: String
    /// Sections that must stand before it.
    var uses: [String] = []
    /// Functions of libm that it calls.
    var libm: [String] = []
    var text = ""
  }

  /// The text of the C target that the interpreter calls.
  static let shared = MathLibrary(String(cString: nabla_math_source()))

  /// In an order in which they compile.
  let sections: [Section]
  private let names: Set<String>

  /// Whether there is a section of this name.
  func has(_ name: String) -> Bool { names.contains(name) }

  /// Reads the sections of a text; what stands outside of them only makes the headers usable as they are.
  init(_ text: String) {
    var sections: [Section] = []
    var open: Section?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("// nabla:function ") {
        open = Section(header: line.split(separator: " ").dropFirst(2).map(String.init))
      } else if line == "// nabla:end" {
        if let section = open { sections.append(section) }
        open = nil
      } else {
        open?.text += line + "\n"
      }
    }
    self.sections = sections
    names = Set(sections.map(\.name))
  }

  /// The sections of these names and those that they use, in order.
  func sections(named names: Set<String>) -> [Section] {
    var needed = names
    for section in sections.reversed() where needed.contains(section.name) { needed.formUnion(section.uses) }
    return sections.filter { needed.contains($0.name) }
  }

  /// How many doubles a function of libm takes.
  static func arity(ofLibm name: String) -> Int { arities[name] ?? 1 }

  /// Those of the operation table, and those that only the sections call.
  private static let arities: [String: Int] = {
    var arities = ["copysign": 2, "fmod": 2, "fma": 3]
    for f in Elementwise.allCases {
      for name in CTemplate(f, on: .f64).libm { arities[name] = f.arity }
    }
    return arities
  }()
}

extension MathLibrary.Section {
  /// `NAME [uses SECTION ...] [libm FUNCTION ...]`
  fileprivate init(header: [String]) {
    name = header.first ?? ""
    let libm = header.firstIndex(of: "libm") ?? header.endIndex
    uses = Array(header[..<libm].drop { $0 != "uses" }.dropFirst())
    self.libm = Array(header[libm...].dropFirst())
  }
}
