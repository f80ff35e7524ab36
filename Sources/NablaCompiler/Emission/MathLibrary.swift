import CNablaMath
import Foundation
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
    /// Where it computes several operations of one operand together: the member of its result that each is.
    var gives: [String: String] = [:]
    var text = ""
  }

  /// The text of the C target that the interpreter calls.
  static let shared = MathLibrary(UnsafeBufferPointer(start: nabla_math_source(), count: strlen(nabla_math_source())))

  /// In an order in which they compile.
  let sections: [Section]
  /// Those that compute several operations together.
  let joint: [Section]
  private let names: Set<String>

  /// Whether there is a section of this name.
  func has(_ name: String) -> Bool { names.contains(name) }

  /// Reads the sections of a text; what stands outside of them only makes the headers usable as they are.
  ///
  /// By bytes: the text is long, and every process that makes a kernel reads it once.
  init(_ text: UnsafeBufferPointer<CChar>) {
    var sections: [Section] = []
    var open: Section?
    var body = text.startIndex
    var line = text.startIndex
    let bytes = UnsafeRawBufferPointer(text)
    let mark = Array("// nabla:".utf8)
    while line < bytes.count, let base = bytes.baseAddress {
      let start = base + line
      let end = memchr(start, 0x0a, bytes.count - line).map { base.distance(to: UnsafeRawPointer($0)) } ?? bytes.count
      if end - line >= mark.count, memcmp(start, mark, mark.count) == 0 {
        let words = bytes[line..<end].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        if words.count > 2, words[1] == "nabla:function" {
          open = Section(header: Array(words.dropFirst(2)))
          body = end + 1
        } else if var section = open {
          section.text = String(decoding: bytes[body..<line], as: UTF8.self)
          sections.append(section)
          open = nil
        }
      }
      line = end + 1
    }
    self.sections = sections
    joint = sections.filter { !$0.gives.isEmpty }
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
  /// `NAME [gives OPERATION=MEMBER ...] [uses SECTION ...] [libm FUNCTION ...]`
  fileprivate init(header: [String]) {
    name = header.first ?? ""
    for word in header.drop(while: { $0 != "gives" }).dropFirst() {
      guard let sign = word.firstIndex(of: "=") else { break }
      gives[String(word[..<sign])] = String(word[word.index(after: sign)...])
    }
    let libm = header.firstIndex(of: "libm") ?? header.endIndex
    uses = Array(header[..<libm].drop { $0 != "uses" }.dropFirst())
    self.libm = Array(header[libm...].dropFirst())
  }
}
