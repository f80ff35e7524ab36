import Foundation

/// How a product of matrices is cut where measuring has found something better than the model of ``ContractionTiling``.
struct TileChoice: Hashable, Sendable {
  /// The most rows and vectors of a tile.
  var height: Int
  var width: Int
  /// Bytes along the sum that one walk takes.
  var depthBytes: Int
  /// Whether operands are packed, where both are possible; `nil` leaves it to the model.
  var packsLeft: Bool?
  var packsRight: Bool?

  /// Numbers, as a file has them.
  var text: String {
    func number(_ flag: Bool?) -> Int { flag.map { $0 ? 1 : 0 } ?? 2 }
    return "\(height) \(width) \(depthBytes) \(number(packsLeft)) \(number(packsRight))"
  }

  init(height: Int, width: Int, depthBytes: Int, packsLeft: Bool? = nil, packsRight: Bool? = nil) {
    (self.height, self.width, self.depthBytes) = (height, width, depthBytes)
    (self.packsLeft, self.packsRight) = (packsLeft, packsRight)
  }

  /// - Returns: `nil` for a text that is no choice.
  init?(_ text: some StringProtocol) {
    let numbers = text.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 5, (1...64).contains(numbers[0]), (1...32).contains(numbers[1]),
      (64...1 << 24).contains(numbers[2]), numbers[3...].allSatisfy((0...2).contains)
    else { return nil }
    func flag(_ number: Int) -> Bool? { number == 2 ? nil : number == 1 }
    self.init(
      height: numbers[0], width: numbers[1], depthBytes: numbers[2], packsLeft: flag(numbers[3]),
      packsRight: flag(numbers[4]))
  }
}

/// The choices that this processor and compiler have been measured with, by product: a file in the private cache.
///
/// A file that is damaged is as good as none; it appears as a whole by a rename.
struct TileChoices: Sendable {
  private(set) var choices: [String: TileChoice] = [:]

  subscript(product: String) -> TileChoice? {
    get { choices[product] }
    set { choices[product] = newValue }
  }

  init() {}

  /// Those of a file; none if there is no whole one.
  init(_ file: URL) {
    if let bytes = FileBytes.read(file.path) { self.init(bytes) } else { self.init() }
  }

  /// Those of a file's content.
  init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstIndex(of: "\n") else { return }
    let body = text[text.index(after: end)...]
    guard SHA256.hexadecimal(Array(body.utf8)) == text[..<end] else { return }
    for line in body.split(separator: "\n") {
      let parts = line.split(separator: "\t")
      if parts.count == 2, let choice = TileChoice(parts[1]) { choices[String(parts[0])] = choice }
    }
  }

  /// Writes them beside those that are in the file by now.
  ///
  /// - Throws: ``CompilerError/file(path:message:)``.
  func add(to file: URL) throws(CompilerError) {
    let all = TileChoices(file).choices.merging(choices) { $1 }
    let body = all.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value.text)\n" }.joined()
    do {
      try Data((SHA256.hexadecimal(Array(body.utf8)) + "\n" + body).utf8).write(to: file, options: .atomic)
    } catch {
      throw .file(path: file.path, message: "\(error)")
    }
  }
}
