import NablaData

/// Which data are wanted, as `--data` says it.
///
///     digits.csv.gz:scale=16
///     x=train-images-idx3-ubyte.gz:scale=255,y=train-labels-idx1-ubyte.gz
///     fashion-mnist:scale=255
///     iris.csv:label=species:normalise
///
/// A request is one or more parts between commas. A part is a file, a folder or the name of a set that is known, perhaps
/// with the name of a column and `=` before it, and with options after it, each after a colon. A backslash before a
/// comma, a colon, an equals sign or a backslash takes its meaning away.
public struct DataRequest: Hashable, Sendable {
  public struct Part: Hashable, Sendable {
    /// What its column is to be called.
    public var name: String?
    /// A path, or a name of ``KnownDataset``.
    public var source: String
    public var options: DataOptions

    public init(name: String? = nil, source: String, options: DataOptions = DataOptions()) {
      self.name = name
      self.source = source
      self.options = options
    }
  }

  public var parts: [Part]

  public init(_ parts: [Part]) { self.parts = parts }

  /// - Throws: ``DatasetError/request(_:_:offset:)``.
  public init(parsing text: String) throws(DatasetError) {
    parts = []
    var reader = RequestReader(text)
    repeat {
      let start = reader.offset
      var first = reader.word(until: ",:=")
      var name: String?
      if reader.accept("=") {
        guard !first.isEmpty else { throw .request(text, "a name is expected before '='", offset: start) }
        name = first
        first = reader.word(until: ",:")
      }
      guard !first.isEmpty else {
        throw .request(text, "a file or the name of a set is expected", offset: reader.offset)
      }
      var options = DataOptions()
      while reader.accept(":") {
        let place = reader.offset
        let key = reader.word(until: ",:=")
        let value = reader.accept("=") ? reader.word(until: ",:") : nil
        do {
          try options.set(key, value)
        } catch {
          throw .request(text, error.description, offset: place)
        }
      }
      parts.append(Part(name: name, source: first, options: options))
    } while reader.accept(",")
  }
}

/// Takes a request apart.
private struct RequestReader {
  private let characters: [Character]
  private(set) var offset = 0

  init(_ text: String) { characters = Array(text) }

  mutating func accept(_ character: Character) -> Bool {
    guard offset < characters.count, characters[offset] == character else { return false }
    offset += 1
    return true
  }

  mutating func word(until ends: String) -> String {
    var word = ""
    while offset < characters.count, !ends.contains(characters[offset]) {
      if characters[offset] == "\\", offset + 1 < characters.count, ",:=\\".contains(characters[offset + 1]) {
        offset += 1
      }
      word.append(characters[offset])
      offset += 1
    }
    return word
  }
}
