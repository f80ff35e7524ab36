/// A Markdown document whose marked code blocks are run by the tests, so that what it shows stays true.
///
/// A comment that a reader does not see stands before a block:
///
/// - `<!-- run -->` before an `sh` block: run it; a `text` block that follows holds what it prints.
/// - `<!-- run status=2 -->`: the same, and it ends with this status.
/// - `<!-- run needs=cc -->`: the same, where the machine has this command.
/// - `<!-- run varies -->`: the same, and what it draws depends on the machine: numbers that were trained, or fonts.
/// - `<!-- file NAME -->` before any block: the block is the file `NAME` for the commands that follow.
///
/// A line `...` in the expected text stands for any number of lines. The blocks of a document share one directory.
struct RunnableDocument: Sendable {
  enum Step: Hashable, Sendable {
    case file(name: String, contents: String)
    case command(Command)
  }

  struct Command: Hashable, Sendable {
    /// Of the mark, from 1.
    var line: Int
    var script: String
    var status: Int32
    /// A command that the script needs beside `nabla`.
    var needed: String?
    /// Whether its pictures depend on the machine.
    var varies = false
    /// `nil` where the document shows no output.
    var expected: String?
    /// The lines of the expected text between its fences, from 0, for recording.
    var expectedLines: Range<Int>?
  }

  /// A mark that no block, or the wrong block, follows.
  struct MarkError: Error, Hashable, CustomStringConvertible {
    var line: Int
    var description: String
  }

  private(set) var lines: [String]
  private(set) var steps: [Step] = []

  init(_ text: String) throws(MarkError) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var index = 0
    while index < lines.count {
      if let block = codeBlock(openedAt: index) {  // an unmarked block may show marks without meaning them
        index = block.end
      } else if let mark = Mark(lines[index]) {
        index = try read(mark, at: index)
      } else {
        index += 1
      }
    }
  }

  /// The SVG files that the document shows, by their paths from it. A command of the document draws each, under the same
  /// name; recording replaces it.
  var pictures: [String] {
    lines.joined(separator: " ").split(separator: "](").dropFirst().compactMap { rest in
      let path = rest.prefix { $0 != ")" }
      return path.hasSuffix(".svg") && !path.contains(" ") ? String(path) : nil
    }
  }

  /// Whether a picture is the same on every machine: `nabla plot` draws it, not Graphviz, which asks for fonts.
  func isFixed(_ picture: String) -> Bool {
    commands.contains { command in
      command.script.split(separator: "\n").contains { $0.hasPrefix("nabla plot") && $0.hasSuffix(" -o \(picture)") }
        && !command.varies
    }
  }

  var commands: [Command] {
    steps.compactMap { if case .command(let command) = $0 { command } else { nil } }
  }

  /// The document's text with these outputs in place of those that it expects.
  func recording(_ outputs: [(command: Command, output: String)]) -> String {
    var lines = lines
    for (command, output) in outputs.reversed() {
      guard let range = command.expectedLines else { continue }
      lines.replaceSubrange(
        range, with: output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
    return lines.joined(separator: "\n")
  }

  /// Reads the blocks of a mark and returns the line after them.
  private mutating func read(_ mark: Mark, at line: Int) throws(MarkError) -> Int {
    guard let block = codeBlock(openedAt: nextLine(after: line)) else {
      throw MarkError(line: line + 1, description: "line \(line + 1): no code block follows the mark")
    }
    switch mark {
    case .unknown(let word):
      throw MarkError(line: line + 1, description: "line \(line + 1): a mark is 'run' or 'file NAME', not '\(word)'")
    case .file(let name):
      steps.append(.file(name: name, contents: block.text + "\n"))
      return block.end
    case .run(let status, let needed, let varies):
      guard block.language == "sh" else {
        throw MarkError(line: line + 1, description: "line \(line + 1): the block to run is not marked 'sh'")
      }
      var command = Command(line: line + 1, script: block.text, status: status, needed: needed, varies: varies)
      guard let output = codeBlock(openedAt: nextLine(after: block.end - 1)), output.language == "text" else {
        steps.append(.command(command))
        return block.end
      }
      command.expected = output.text
      command.expectedLines = output.range
      steps.append(.command(command))
      return output.end
    }
  }

  /// The next line that is not blank.
  private func nextLine(after line: Int) -> Int {
    lines[(line + 1)...].firstIndex { !$0.allSatisfy(\.isWhitespace) } ?? lines.count
  }

  /// The fenced block whose fence is on this line.
  private func codeBlock(openedAt line: Int) -> (language: String, text: String, range: Range<Int>, end: Int)? {
    guard lines.indices.contains(line), lines[line].hasPrefix("```") else { return nil }
    let close = lines[(line + 1)...].firstIndex(of: "```") ?? lines.count
    let range = line + 1..<close
    return (String(lines[line].dropFirst(3)), lines[range].joined(separator: "\n"), range, min(close + 1, lines.count))
  }
}

/// What a comment of the document asks for.
private enum Mark {
  case run(status: Int32, needed: String?, varies: Bool), file(String), unknown(String)

  /// `nil` for a line that is an ordinary comment, or none.
  init?(_ line: String) {
    guard line.hasPrefix("<!-- "), line.hasSuffix(" -->") else { return nil }
    let words = line.dropFirst(5).dropLast(4).split(separator: " ")
    switch words.first {
    case "run":
      var (status, needed, varies) = (Int32(0), String?.none, false)
      for word in words.dropFirst() {
        if word.hasPrefix("status="), let number = Int32(word.dropFirst(7)) {
          status = number
        } else if word.hasPrefix("needs="), word.count > 6 {
          needed = String(word.dropFirst(6))
        } else if word == "varies" {
          varies = true
        } else {
          self = .unknown(words.joined(separator: " "))
          return
        }
      }
      self = .run(status: status, needed: needed, varies: varies)
    case "file" where words.count == 2: self = .file(String(words[1]))
    case "file": self = .unknown(words.joined(separator: " "))
    default: return nil
    }
  }
}
