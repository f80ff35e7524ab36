import Foundation
import NablaData
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaDatasets

/// Windows of series and of texts, weights of classes, folders of pictures.
struct SequenceTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func load(_ text: String, _ options: String = "") throws -> Dataset {
    let file = try directory.write(text, to: "data.csv")
    return try DataRequest(parsing: file.path() + options).load().all
  }

  private static let series = "year,count,flow\n" + (0..<8).map { "\(1990 + $0),\($0),\($0 * 10)\n" }.joined()

  @Test func `windows of a series are what comes before a number`() throws {
    let set = try load(Self.series, ":features=count:window=3")
    #expect(set.count == 5 && set["x"]?.shape == [3, 1] && set["y"]?.shape == [])
    #expect(try set.values("x") == [0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6])
    #expect(try set.values("y") == [3, 4, 5, 6, 7])
  }

  @Test func `windows have a stride, a horizon and a target of their own`() throws {
    let far = try load(Self.series, ":features=count+flow:window=2:stride=2:horizon=3:label=flow")
    #expect(try far.values("x") == [0, 0, 1, 10, 2, 20, 3, 30])
    #expect(try far.values("y") == [40, 60])
    let each = try load(Self.series, ":features=count:window=3:sequence:horizon=2")
    #expect(each["y"]?.shape == [3, 1] || each["y"]?.shape == [3])
    #expect(try each.values("y") == [2, 3, 4, 3, 4, 5, 4, 5, 6, 5, 6, 7])
    let both = try load(Self.series, ":drop=year:window=2:scale=10")
    #expect(try both.values("x").prefix(4) == [0, 0, 0.1, 1] && both["y"]?.shape == [2])
    #expect(try both.values("y").prefix(2) == [0.2, 2])
  }

  @Test func `windows are normalised by feature`() throws {
    let file = try directory.write(Self.series, to: "data.csv")
    let loaded = try DataRequest(parsing: file.path() + ":drop=year:window=2:normalise").load()
    let (training, _, _, normalisations) = try loaded.split(nil)
    // Windows (0 1) to (5 6): each number but the first and last occurs twice.
    #expect(normalisations.map(\.mean) == [[3, 30], [4.5, 45]])
    let values = try training.values("x")
    #expect(abs(values[0] * 10 - values[1] * 10) < 1e-12 && abs(values.reduce(0, +)) < 1e-12)
  }

  @Test(arguments: [
    (":window=9", "8 rows have no window of 9"), (":window=3:horizon=6", "no window of 3 and a row 6 further"),
    (":separate:window=2", "windows are of one array"),
  ])
  func `windows that there are not are refused`(_ options: String, _ problem: String) throws {
    let error = #expect(throws: DatasetError.self) { try load(Self.series, options) }
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  }

  @Test func `a text is characters by their code points`() throws {
    let set = try load("abcabé\n", ":text:window=3")
    #expect(set["x"]?.classes?.names == ["\n", "a", "b", "c", "é"])
    #expect(try set.values("x") == [1, 2, 3, 2, 3, 1, 3, 1, 2, 1, 2, 4])
    #expect(try set.values("y") == [1, 2, 4, 0])
    let each = try load("abcab", ":text:window=2:sequence:one_hot")
    #expect(each["y"]?.shape == [2, 3] && each["x"]?.shape == [2, 3])
    #expect(try each.values("y") == [0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0])
    try Data([0x61, 0xC3, 0x28]).write(to: directory.url.appending(path: "bad.txt"))
    let error = #expect(throws: DatasetError.self) {
      try DataRequest(parsing: directory.url.appending(path: "bad.txt").path() + ":text:window=1").load()
    }
    #expect(error?.description.contains("byte 1") == true, "\(error?.description ?? "")")
  }

  @Test func `classes are weighed`() throws {
    let text = "a,y\n1,0\n2,0\n3,0\n4,1\n"
    let set = try load(text, ":classes:weights=balanced")
    #expect(set.columns.map(\.name) == ["x", "weight", "y"])
    // 4/(2·3) and 4/(2·1), as scikit-learn's compute_class_weight has them.
    #expect(try set.values("weight").map { Float($0) } == [2.0 / 3, 2.0 / 3, 2.0 / 3, 2].map { Float($0) })
    #expect(try load(text, ":classes:weights=1+5").values("weight") == [1, 1, 1, 5])
    #expect(throws: DatasetError.self) { try load(text, ":classes:weights=1+5+2") }
    #expect(throws: DatasetError.self) { try load("a,y\n1,0.5\n", ":weights=balanced") }
  }

  @Test func `numbers of a text are stored as wide as a program needs`() throws {
    let file = try directory.write("a,b,y\n0.1,2,0\n3,4,1\n5,6,1\n7,8,0\n", to: "data.csv")
    let set = try DataRequest(parsing: file.path()).load(floats: .f32).all
    #expect(set["x"]?.stored == .float32)
    #expect(try set.values("x") == [Double(Float(0.1)), 2, 3, 4, 5, 6, 7, 8])
  }

  // MARK: Pictures

  private func write(_ name: String, _ text: String) throws {
    let file = directory.url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func folder(_ options: String = "") throws -> Dataset {
    try DataRequest(parsing: directory.url.path() + options).load().all
  }

  @Test func `a folder has a folder for each class`() throws {
    try write("dog/2.pgm", "P2 2 1 255 3 4")
    try write("dog/1.pgm", "P2 2 1 255 1 2")
    try write("cat/1.pgm", "P2 2 1 255 255 0")
    try write("cat/notes.txt", "not a picture")
    try write(".hidden/1.pgm", "")
    let set = try folder(":scale=255")
    #expect(set["x"]?.shape == [1, 2] && set["x"]?.stored == .unsigned8)
    #expect(try set.values("x").map { ($0 * 255).rounded() } == [255, 0, 1, 2, 3, 4])
    #expect(set["y"]?.classes?.names == ["cat", "dog"])
    #expect(try set.values("y") == [0, 1, 1])
    #expect(try folder(":colour")["x"]?.shape == [1, 2, 3])
    #expect(try folder(":resize=4x4")["x"]?.shape == [4, 4])
    try write("dog/3.ppm", "P3 2 1 255 9 9 9 7 7 7")
    let error = #expect(throws: DatasetError.self) { try folder() }
    #expect(error?.description.contains("dog/3.ppm") == true, "\(error?.description ?? "")")
    #expect(try folder(":grey").values("x").suffix(2) == [9, 7])
  }

  @Test(arguments: [
    ("dog/3.jpg", "", "convert this one"), ("dog/3.pgm", "P2 2 1 255 1", "dog/3.pgm"),
    ("dog/3.pgm", "hello", "begins with other bytes"), ("dog/3.pgm", "P2 3 1 255 1 2 3", "resize=28x28"),
    ("bird/notes.txt", "", "bird"), ("3.pgm", "P2 1 1 255 1", "pictures beside folders"),
  ])
  func `what is no picture is named`(_ name: String, _ contents: String, _ problem: String) throws {
    try write("dog/1.pgm", "P2 2 1 255 1 2")
    try write(name, contents)
    let error = #expect(throws: DatasetError.self) { try folder() }
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  }

  @Test func `one picture is one example`() throws {
    try write("a.ppm", "P3 1 2 255 1 2 3 4 5 6")
    let set = try DataRequest(parsing: directory.url.appending(path: "a.ppm").path()).load().all
    #expect(set.count == 1 && set["x"]?.shape == [2, 1, 3])
    #expect(try set.values("x") == [1, 2, 3, 4, 5, 6])
  }
}

extension Dataset {
  /// All numbers of a column, as programs get them.
  func values(_ name: String) throws -> [Double] {
    let position = try position(of: name)
    return Column(count * columns[position].elementCount, of: .f64) { bytes in
      if let base = bytes.baseAddress { gather(Array(0..<count), column: position, into: base, as: .f64) }
    }.doubles
  }
}
