import NablaDiagnostics
import NablaGraph

@testable import NablaLanguage

/// Makes broken and half-broken programs of good ones. The same seed makes the same text.
struct Mutator {
  private var random: SplitMix64
  private let seeds: [Seed]

  /// A good text, cut into tokens with the white space before them.
  struct Seed: Sendable {
    let tokens: [Word]

    init(_ text: String) {
      let source = SourceText(text)
      var end = 0
      tokens = Lexer.tokenize(source).tokens.dropLast().map { token in
        let space = source.utf8[end..<Int(token.start)]
        end = Int(token.end)
        return Word(kind: token.kind, bytes: Array(space) + source.utf8[Int(token.start)..<end])
      }
    }
  }

  struct Word: Sendable {
    var kind: TokenKind
    var bytes: [UInt8]

    init(kind: TokenKind, bytes: [UInt8]) { (self.kind, self.bytes) = (kind, bytes) }
    init(_ kind: TokenKind, _ text: String) { self.init(kind: kind, bytes: Array(" ".utf8) + text.utf8) }
  }

  init(_ seeds: [Seed], seed: UInt64) {
    self.seeds = seeds
    random = SplitMix64(seed: seed)
  }

  // MARK: Texts

  /// Anything: changed programs, soups of tokens, changed bytes, noise.
  mutating func text() -> [UInt8] {
    switch below(16) {
    case 0: return (0..<below(200)).map { _ in UInt8(below(256)) }
    case 1: return (0..<below(60)).flatMap { _ in anyWord().bytes }
    case 2...4:
      var bytes = changed(times: below(2)).flatMap(\.bytes)
      for _ in 0...below(3) { changeByte(of: &bytes) }
      return bytes
    default: return changed(times: 1 + below(4)).flatMap(\.bytes)
    }
  }

  /// A program that mostly still parses: words give way to words of their kind.
  mutating func program() -> [UInt8] {
    var words = choose(seeds).tokens
    if below(4) == 0 { words += [Word(.semicolon, ";")] + choose(seeds).tokens }
    for _ in 0..<below(5) { replaceAlike(in: &words) }
    if below(8) == 0 { change(&words) }
    return words.flatMap(\.bytes)
  }

  // MARK: Changes

  private mutating func changed(times: Int) -> [Word] {
    var words = choose(seeds).tokens
    for _ in 0..<times where !words.isEmpty { change(&words) }
    return words
  }

  private mutating func change(_ words: inout [Word]) {
    let run = range(in: words)
    switch below(10) {
    case 0: words.removeSubrange(run)
    case 1: words.insert(anyWord(), at: below(words.count + 1))
    case 2: words[run.lowerBound] = anyWord()
    case 3: words.insert(contentsOf: words[run], at: below(words.count + 1))
    case 4: words.swapAt(below(words.count), below(words.count))
    case 5: words = words[..<run.lowerBound] + choose(seeds).tokens
    case 6: words.insert(contentsOf: repeatElement(words[run.lowerBound], count: below(100)), at: run.lowerBound)
    case 7:
      let (open, close) = choose([("(", ")"), ("[", "]"), ("{", "}"), ("(", "]"), ("sin(", ")")])
      words.insert(Word(.rightParenthesis, close), at: run.upperBound)
      words.insert(Word(.leftParenthesis, open), at: run.lowerBound)
    case 8: words.removeSubrange(run.lowerBound...)
    default: replaceAlike(in: &words)
    }
    // A text that doubles again and again tells nothing more.
    if words.count > 600 { words.removeSubrange(600...) }
    if words.isEmpty { words = [anyWord()] }
  }

  private mutating func replaceAlike(in words: inout [Word]) {
    let place = below(words.count)
    var word = words[place]
    switch word.kind {
    case .name:
      let names = words.filter { $0.kind == .name }.map(\.bytes)
      word.bytes = below(3) == 0 ? choose(Self.functions) : choose(names)
      if below(4) != 0, place > 0, words[place].bytes.first != UInt8(ascii: " ") { word.bytes.removeAll { $0 == 0x20 } }
    case .number: word.bytes = choose(Self.numbers)
    case .plus, .minus, .star, .slash, .caret, .doubleSlash, .less, .equal, .and, .or, .greaterOrEqual:
      word.bytes = choose(Self.operators)
    default: word = choose(words)
    }
    words[place] = word
  }

  private mutating func changeByte(of bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let place = below(bytes.count)
    switch below(4) {
    case 0: bytes[place] = UInt8(below(256))
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(UInt8(below(256)), at: place)
    default: bytes.removeSubrange(place...)
    }
  }

  private mutating func anyWord() -> Word {
    if below(3) == 0 {
      let seed = choose(seeds)
      if !seed.tokens.isEmpty { return choose(seed.tokens) }
    }
    return choose(Self.words)
  }

  // MARK: Chance

  private mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int.random(in: 0..<bound, using: &random) }
  private mutating func choose<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  private mutating func range(in words: [Word]) -> Range<Int> {
    let lower = below(words.count)
    return lower..<min(lower + 1 + below(below(8) == 0 ? 40 : 4), words.count)
  }

  // MARK: Vocabulary

  private static let functions =
    Builtin.names.sorted().map { Array($0.utf8) } + Library.standard.names.map { Array($0.utf8) }
  private static let numbers = [
    "0", "1", "2", "3", "0.5", ".1", "1e3", "2e-3", "1e400", "7", "100", "3000000000", "99999999999999999999",
  ].map { Array($0.utf8) }
  private static let operators = ["+", "-", "*", "/", "^", "//", "<", "<=", "==", "and", "or", "@", "> 0 and "].map {
    Array(" \($0) ".utf8)
  }

  private static let words: [Word] = {
    let kinds = (0...TokenKind.end.rawValue).compactMap(TokenKind.init(rawValue:))
    let odd = [
      "²", "⁻¹", "⁻", "π", "∞", "é", "e\u{301}", "\u{200B}", "𝒳", "\r\n", "\n", "\n\n", "# remark\n", "\"a\\\"",
      "\"b\"",
      "where", "layer", "param", "state", "size", "x: [n]", "'", "′", "0x1F", "1_000", "2.", "..", "\u{0}", "£", "ﬁ",
      "diff", "grad", "jacobian", "hessian", "f(x) =", "f(x) {", "for i in 0..<n", "x |> ", "∂(", "√", "...", "::",
    ]
    return kinds.filter { $0 != .end && $0 != .stray }.map { Word($0, $0.spelling) } + odd.map { Word(.stray, $0) }
  }()
}
