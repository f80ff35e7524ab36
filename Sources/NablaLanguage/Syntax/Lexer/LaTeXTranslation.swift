/// LaTeX in this language's words, from a command on as far as its formula goes: to the end of the line, or of the brackets
/// around it.
///
/// One walk over the bytes; open braces are on a stack of its own.
struct LaTeXTranslation {
  /// Where the last operand ends that stands in the same brackets as the first command.
  private(set) var end: Int
  /// Whether all of it could be said.
  private(set) var isWhole = true
  /// What to write in place of the first thing that has no translation.
  private(set) var advice: String?
  var text: String { String(decoding: output.prefix(endOfOutput), as: UTF8.self) }

  private let bytes: [UInt8]
  private var offset: Int
  private var output: [UInt8] = []
  private var endOfOutput = 0
  private var groups: [Group] = []
  /// What the next brace opens.
  private var pending: Group.Role?
  private var last = Last.nothing

  /// A bracket that is open, and where its content begins in the output.
  private struct Group {
    enum Role: Equatable {
      case bracket, plain, numerator, denominator, root, exponent, index, contents, accent(String)
    }
    let role: Role
    let start: Int
  }

  /// What was written last: two operands side by side are a product, and a function wants its argument in brackets.
  private enum Last { case nothing, operand, number, function }

  /// Words of the language that end a formula.
  private static let words: Set<String> = ["where", "if", "then", "else", "for", "in"]

  init(_ bytes: [UInt8], from offset: Int) {
    self.bytes = bytes
    self.offset = offset
    end = offset
  }

  mutating func run() {
    while offset < bytes.count, step() {}
    if pending != nil || !groups.isEmpty { isWhole = false }
  }

  private func peek(_ distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  /// Reads one piece; `false` where the LaTeX cannot go on.
  private mutating func step() -> Bool {
    let byte = bytes[offset]
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"), UInt8(ascii: ";"), UInt8(ascii: "\""): return false
    case UInt8(ascii: ","), UInt8(ascii: "="): return !groups.isEmpty && write([byte])
    case UInt8(ascii: "\\"): return command()
    case UInt8(ascii: "{"): return open(pending ?? .plain)
    case UInt8(ascii: "("), UInt8(ascii: "["): return open(.bracket)
    case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"): return close(byte)
    case UInt8(ascii: "^"): return power()
    case UInt8(ascii: "_"): return subscripted()
    case UInt8(ascii: " "), UInt8(ascii: "\t"):
      offset += 1
      if let last = output.last, last != 0x20 { output.append(0x20) }
      return true
    case _ where NameCharacter.begins(byte) || byte >= 0x80:
      var stop = offset + 1
      while stop < bytes.count, NameCharacter.continues(bytes[stop]) || bytes[stop] >= 0x80,
        bytes[stop] != UInt8(ascii: "_")
      {
        stop += 1
      }
      let word = Array(bytes[offset..<stop])
      if groups.isEmpty, LaTeXTranslation.words.contains(String(decoding: word, as: UTF8.self)) { return false }
      offset = stop
      return writeOperand(word)
    case _ where NameCharacter.isDigit(byte):
      var stop = offset + 1
      while stop < bytes.count, NameCharacter.isDigit(bytes[stop]) || bytes[stop] == UInt8(ascii: ".") { stop += 1 }
      let number = Array(bytes[offset..<stop])
      offset = stop
      _ = writeOperand(number)
      last = .number
      return true
    default: return write([byte])
    }
  }

  // MARK: Writing

  private mutating func write(_ sign: [UInt8]) -> Bool {
    offset += 1
    output += sign
    last = .nothing
    return true
  }

  /// What must stand before an operand that begins now.
  private mutating func separate(touching: Bool = false) {
    switch last {
    case .nothing, .function: return
    case .number where output.last != 0x20: return
    case .operand where touching && output.last != 0x20: return
    default: break
    }
    while output.last == 0x20 { output.removeLast() }
    output.append(UInt8(ascii: "*"))
  }

  private mutating func writeOperand(_ word: [UInt8]) -> Bool {
    separate()
    let isArgument = last == .function
    if isArgument {
      while output.last == 0x20 { output.removeLast() }
      output.append(UInt8(ascii: "("))
    }
    output += word
    if isArgument { output.append(UInt8(ascii: ")")) }
    if isArgument, peek() == UInt8(ascii: "(") || peek() == UInt8(ascii: "^") || peek() == UInt8(ascii: "_") {
      isWhole = false
    }
    last = .operand
    mark()
    return true
  }

  /// What has been read so far belongs to the formula, if it is outside all brackets.
  private mutating func mark() {
    guard groups.isEmpty else { return }
    end = offset
    endOfOutput = output.count
  }

  // MARK: Brackets

  private mutating func open(_ role: Group.Role) -> Bool {
    offset += 1
    pending = nil
    switch role {
    case .bracket:
      let isCall = bytes[offset - 1] == UInt8(ascii: "(") || bytes[offset - 1] == UInt8(ascii: "[")
      if last != .function { separate(touching: isCall) }
      while last == .function, output.last == 0x20 { output.removeLast() }
      output.append(bytes[offset - 1])
    case .contents, .accent: separate()
    case .index: output.append(UInt8(ascii: "["))
    case .denominator, .exponent, .root: output.append(UInt8(ascii: "("))
    case .plain, .numerator:
      if last != .function { separate() }
      output.append(UInt8(ascii: "("))
    }
    groups.append(Group(role: role, start: output.count))
    last = .nothing
    return true
  }

  private mutating func close(_ byte: UInt8) -> Bool {
    guard let group = groups.last, (group.role == .bracket) == (byte != UInt8(ascii: "}")) else { return false }
    groups.removeLast()
    offset += 1
    while output.last == 0x20 { output.removeLast() }
    let isSimple = output[group.start...].allSatisfy { byte in
      NameCharacter.continues(byte) || byte >= 0x80
        || byte == UInt8(ascii: "^") && (group.role == .numerator || group.role == .denominator)
        || byte == UInt8(ascii: "*") && group.role == .numerator
    }
    switch group.role {
    case .bracket: output.append(byte)
    case .contents: break
    case .accent(let word): output += Array("_\(word)".utf8)
    case .index: closeIndex(group, isSimple)
    case .root: output.append(UInt8(ascii: ")"))
    case .plain, .numerator, .denominator, .exponent:
      if isSimple, output.count > group.start {
        output.remove(at: group.start - 1)
      } else {
        output.append(UInt8(ascii: ")"))
      }
    }
    last = .operand
    if group.role == .numerator {
      while peek() == 0x20 { offset += 1 }
      if peek() != UInt8(ascii: "{") { isWhole = false }
      output.append(UInt8(ascii: "/"))
      pending = .denominator
      last = .nothing
    }
    mark()
    return true
  }

  /// `x_{i}` is an element, `W_{ij}` one of a matrix, `x_{max}` a name.
  private mutating func closeIndex(_ group: Group, _ isSimple: Bool) {
    let content = output[group.start...]
    if isSimple, content.count > 2 {
      output[group.start - 1] = UInt8(ascii: "_")
    } else if isSimple, content.count == 2, content.allSatisfy({ NameCharacter.begins($0) }) {
      output.insert(contentsOf: Array(", ".utf8), at: group.start + 1)
      output.append(UInt8(ascii: "]"))
    } else {
      output.append(UInt8(ascii: "]"))
    }
  }

  private mutating func power() -> Bool {
    offset += 1
    let rest = bytes[offset...]
    for transpose in [#"\top"#, #"{\top}"#, #"\intercal"#, "T", "{T}"] where rest.starts(with: transpose.utf8) {
      let after = offset + transpose.utf8.count
      if after < bytes.count, NameCharacter.begins(bytes[after]), transpose.utf8.last != UInt8(ascii: "}") { continue }
      offset = after
      output += Array(".T".utf8)
      last = .operand
      mark()
      return true
    }
    output.append(UInt8(ascii: "^"))
    last = .nothing
    if peek() == UInt8(ascii: "{") { pending = .exponent }
    return true
  }

  private mutating func subscripted() -> Bool {
    offset += 1
    if peek() == UInt8(ascii: "{") {
      pending = .index
      last = .nothing
    } else {
      output.append(UInt8(ascii: "_"))
      last = .nothing
    }
    return true
  }

  // MARK: Commands

  private mutating func command() -> Bool {
    var stop = offset + 1
    // Names of commands have letters only.
    while stop < bytes.count, NameCharacter.begins(bytes[stop]), bytes[stop] != UInt8(ascii: "_") { stop += 1 }
    if stop == offset + 1 { return space() }
    let name = String(decoding: bytes[offset + 1..<stop], as: UTF8.self)
    offset = stop
    switch LaTeXCommand(name) {
    case .sign(let sign):
      output += Array(sign.utf8)
      last = .nothing
    case .operand(let operand): _ = writeOperand(Array(operand.utf8))
    case .function(let function):
      separate()
      if last == .function { isWhole = false }
      output += Array(function.utf8)
      last = .function
      if peek() == UInt8(ascii: "^") || peek() == UInt8(ascii: "_") { isWhole = false }
    case .fraction:
      separate()
      isWhole = isWhole && last != .function && peek() == UInt8(ascii: "{")
      last = .nothing
      pending = .numerator
    case .root:
      separate()
      isWhole = isWhole && last != .function && peek() == UInt8(ascii: "{")
      output += Array("sqrt".utf8)
      pending = .root
    case .contents: pending = .contents
    case .accent(let word): pending = .accent(word)
    case .opening(let function):
      separate()
      output += Array("\(function)(".utf8)
      last = .nothing
    case .closing:
      output.append(UInt8(ascii: ")"))
      last = .operand
    case .nothing: break
    case .advice(let text):
      advice = advice ?? text
      isWhole = false
      last = .nothing
    case nil:
      isWhole = false
      last = .nothing
    }
    mark()
    return true
  }

  /// `\,` and its kin are spaces; `\{` is a bracket of another kind.
  private mutating func space() -> Bool {
    switch peek(1) {
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"), UInt8(ascii: " "):
      offset += 2
      mark()
      return true
    default: return false
    }
  }
}
