import CNablaMath
import Foundation
import NablaGraph

/// The C functions that libm lacks, as text, to be emitted when they are used.
struct MathLibrary: Sendable {
  /// One marked section of the shared text.
  ///
  /// What it says is read when it is asked for: of all sections a kernel has a few.
  struct Section: Sendable {
    let name: String
    /// Where the rest of its header stands: `[gives OPERATION=MEMBER ...] [beside OPERATION ...]
    /// [uses SECTION ...] [libm FUNCTION ...]`.
    private let headerStart: Int
    private let headerEnd: Int
    /// Where it stands itself.
    private let start: Int
    private let end: Int

    fileprivate init(name: String, header: Range<Int>, body: Range<Int>) {
      self.name = name
      (headerStart, headerEnd) = (header.lowerBound, header.upperBound)
      (start, end) = (body.lowerBound, body.upperBound)
    }

    /// The C text.
    var text: String { String(decoding: MathLibrary.source[start..<end], as: UTF8.self) }

    /// Sections that must stand before it.
    var uses: ArraySlice<String> { words(after: "uses") }

    /// Functions of libm that it calls.
    var libm: ArraySlice<String> { words(after: "libm") }

    /// Where it computes several operations of one operand together: the member of its result that each is.
    var gives: [String: String] {
      var gives: [String: String] = [:]
      for word in words(after: "gives") {
        guard let sign = word.firstIndex(of: "=") else { break }
        gives[String(word[..<sign])] = String(word[word.index(after: sign)...])
      }
      return gives
    }

    /// The operations whose first operand must be its operand too, so that it is worth calling.
    var beside: ArraySlice<String> { words(after: "beside") }

    private func words(after key: String) -> ArraySlice<String> {
      let words = MathLibrary.source[headerStart..<headerEnd].split(separator: 0x20).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard let start = words.firstIndex(of: key) else { return [] }
      return words[(start + 1)...].prefix { !["gives", "beside", "uses", "libm"].contains($0) }
    }
  }

  static let shared = MathLibrary()

  /// The text of the C target that the interpreter calls.
  private static var source: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: nabla_math_source(), count: length)
  }

  private static let length = strlen(nabla_math_source())

  /// In an order in which they compile.
  let sections: [Section]
  /// Those that compute several operations together, what they give, and beside what.
  let joint: [(name: String, gives: [String: String], beside: Set<String>)]
  private let places: [String: Int]

  /// Whether there is a section of this name.
  func has(_ name: String) -> Bool { places[name] != nil }

  /// Finds the sections; what stands outside of them only makes the headers usable as they are.
  ///
  /// By bytes: the text is long, and every process that makes a kernel looks through it once.
  private init() {
    guard let base = nabla_math_source() else { preconditionFailure("the text of the mathematical functions is there") }
    let source = MathLibrary.source
    var sections: [Section] = []
    var joint: [Section] = []
    var open: (name: String, header: Range<Int>)?
    var next = 0
    while let mark = strstr(base + next, "// nabla:") {
      let start = base.distance(to: mark)
      let end = source[start...].firstIndex(of: 0x0a) ?? source.count
      let words = source[start..<end].split(separator: 0x20, maxSplits: 3)
      if words.count > 2, words[1].elementsEqual("nabla:function".utf8) {
        open = (String(decoding: words[2], as: UTF8.self), words[2].endIndex..<end)
        if words.count > 3, words[3].starts(with: "gives ".utf8) {
          joint.append(Section(name: open?.name ?? "", header: words[2].endIndex..<end, body: end..<end))
        }
      } else if let (name, header) = open {
        sections.append(Section(name: name, header: header, body: min(header.upperBound + 1, start)..<start))
        open = nil
      }
      next = end
    }
    self.sections = sections
    self.joint = joint.map { ($0.name, $0.gives, Set($0.beside)) }
    places = Dictionary(sections.indices.map { (sections[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The sections of these names and those that they use, in order.
  func sections(named names: Set<String>) -> [Section] {
    var needed = Set(names.compactMap { places[$0] })
    var pending = Array(needed)
    while let place = pending.popLast() {
      for use in sections[place].uses {
        if let used = places[use], needed.insert(used).inserted { pending.append(used) }
      }
    }
    return needed.sorted().map { sections[$0] }
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
