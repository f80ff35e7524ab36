import Foundation

/// Edits one line on a terminal: cursor keys, history, completion, the usual control keys.
///
/// Raw mode lasts for one line only, so that results are printed in the ordinary way and a crash leaves a usable
/// terminal.
struct LineEditor {
  enum Result {
    case line(String)
    /// ^C: the line is given up.
    case interrupted
    /// ^D on an empty line, or the end of the input.
    case end
  }

  private(set) var history: [String]
  /// Completions of the word before the cursor.
  private let complete: @Sendable (String) -> [String]
  private var line: [Character] = []
  private var cursor = 0
  private var prompt = ""

  init(history: [String], complete: @escaping @Sendable (String) -> [String]) {
    self.history = history
    self.complete = complete
  }

  mutating func remember(_ line: String) {
    if !line.allSatisfy(\.isWhitespace), history.last != line { history.append(line) }
  }

  /// Reads a line behind a prompt; on anything but a terminal this is `readLine`.
  mutating func read(_ prompt: String) -> Result {
    guard isatty(STDIN_FILENO) == 1, let mode = RawMode() else {
      return readLine(strippingNewline: true).map { .line($0) } ?? .end
    }
    defer { mode.restore() }
    (line, cursor, self.prompt) = ([], 0, prompt)
    var position = history.count
    var draft: [Character] = []
    draw()
    while let key = Key.read() {
      switch key {
      case .enter:
        cursor = line.count
        draw()
        emit("\r\n")
        return .line(String(line))
      case .interrupt:
        emit("^C\r\n")
        return .interrupted
      case .end where line.isEmpty:
        emit("\r\n")
        return .end
      case .up, .down:
        let next = position + (key == .up ? -1 : 1)
        guard (0...history.count).contains(next) else { continue }
        if position == history.count { draft = line }
        position = next
        line = next == history.count ? draft : Array(history[next])
        cursor = line.count
      case .tab: completeWord()
      default: edit(key)
      }
      draw()
    }
    return .end
  }

  private mutating func edit(_ key: Key) {
    switch key {
    case .character(let character):
      line.insert(character, at: cursor)
      cursor += 1
    case .backspace where cursor > 0:
      cursor -= 1
      line.remove(at: cursor)
    case .delete where cursor < line.count, .end where cursor < line.count: line.remove(at: cursor)
    case .left where cursor > 0: cursor -= 1
    case .right where cursor < line.count: cursor += 1
    case .home: cursor = 0
    case .lineEnd: cursor = line.count
    case .killToEnd: line.removeSubrange(cursor...)
    case .killToStart:
      line.removeSubrange(..<cursor)
      cursor = 0
    case .killWord:
      var start = cursor
      while start > 0, line[start - 1].isWhitespace { start -= 1 }
      while start > 0, !line[start - 1].isWhitespace { start -= 1 }
      line.removeSubrange(start..<cursor)
      cursor = start
    case .clearScreen: emit("\u{1B}[2J\u{1B}[H")
    default: break
    }
  }

  /// Extends the word by what all completions share; shows them where that is nothing.
  private mutating func completeWord() {
    var start = cursor
    while start > 0, line[start - 1].isLetter || line[start - 1].isNumber || "_:'".contains(line[start - 1]) {
      start -= 1
    }
    let word = String(line[start..<cursor])
    let candidates = complete(word)
    guard var shared = candidates.first.map({ Array($0) }) else { return }
    for candidate in candidates {
      shared = Array(zip(shared, candidate).prefix { $0 == $1 }.map(\.0))
    }
    if shared.count > word.count {
      line.replaceSubrange(start..<cursor, with: shared)
      cursor = start + shared.count
    } else if candidates.count > 1 {
      emit("\r\n" + candidates.joined(separator: "  ") + "\r\n")
    }
  }

  private func draw() {
    // A line longer than the terminal shows the part around the cursor.
    let width = max(20, terminalWidth() - prompt.count - 1)
    let start = max(0, cursor - width + 1)
    let visible = line[start..<min(line.count, start + width)]
    var text = "\r\u{1B}[K" + prompt + String(visible)
    let back = visible.count - (cursor - start)
    if back > 0 { text += "\u{1B}[\(back)D" }
    emit(text)
  }

  private func terminalWidth() -> Int {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private func emit(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}

/// The terminal without line buffering and echo, until restored.
private struct RawMode {
  private var saved = termios()

  init?() {
    guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return nil }
    var raw = saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else { return nil }
  }

  func restore() {
    var saved = saved
    tcsetattr(STDIN_FILENO, TCSADRAIN, &saved)
  }
}

/// One key press.
private enum Key: Equatable {
  case character(Character)
  case enter, tab, backspace, delete, left, right, up, down, home, lineEnd
  case killToEnd, killToStart, killWord, clearScreen, interrupt, end, unknown

  /// Waits for a key; `nil` at the end of the input.
  static func read() -> Key? {
    guard let byte = nextByte() else { return nil }
    switch byte {
    case 1: return .home
    case 3: return .interrupt
    case 4: return .end
    case 5: return .lineEnd
    case 8, 127: return .backspace
    case 9: return .tab
    case 10, 13: return .enter
    case 11: return .killToEnd
    case 12: return .clearScreen
    case 14: return .down
    case 16: return .up
    case 21: return .killToStart
    case 23: return .killWord
    case 27: return escape()
    case 0..<32: return .unknown
    default: return character(byte)
    }
  }

  private static func nextByte() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = Foundation.read(STDIN_FILENO, &byte, 1)
      if count == 1 { return byte }
      if count == 0 || errno != EINTR { return nil }
    }
  }

  private static func character(_ first: UInt8) -> Key? {
    var bytes = [first]
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    while bytes.count < length, let byte = nextByte() { bytes.append(byte) }
    return String(validating: bytes, as: UTF8.self)?.first.map { .character($0) } ?? .unknown
  }

  private static func escape() -> Key? {
    guard let bracket = nextByte() else { return nil }
    guard bracket == UInt8(ascii: "[") || bracket == UInt8(ascii: "O"), let code = nextByte() else { return .unknown }
    switch Unicode.Scalar(code) {
    case "A": return .up
    case "B": return .down
    case "C": return .right
    case "D": return .left
    case "H": return .home
    case "F": return .lineEnd
    case "0"..."9":
      var last = code
      while last != UInt8(ascii: "~"), let byte = nextByte() { last = byte }
      return code == UInt8(ascii: "3")
        ? .delete : code == UInt8(ascii: "1") ? .home : code == UInt8(ascii: "4") ? .lineEnd : .unknown
    default: return .unknown
    }
  }
}
