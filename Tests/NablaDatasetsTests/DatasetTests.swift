import Foundation
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaDatasets

struct DatasetTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func load(_ text: String, _ options: String = "") throws -> LoadedData {
    let file = try directory.write(text, to: "data.csv")
    return try DataRequest(parsing: file.path() + options).load()
  }

  private func values(_ set: Dataset, _ name: String) throws -> [Double] {
    let position = try set.position(of: name)
    let column = Column(set.count * set.columns[position].elementCount, of: .f64) { bytes in
      if let base = bytes.baseAddress { set.gather(Array(0..<set.count), column: position, into: base, as: .f64) }
    }
    return column.doubles
  }

  @Test func `a table has features, and labels that are classes`() throws {
    let set = try load("a,b,species\n1,2,dog\n3,4,cat\n5,6,dog\n", ":scale=2").all
    #expect(set.columns.map(\.name) == ["x", "y"])
    #expect(try values(set, "x") == [0.5, 1, 1.5, 2, 2.5, 3])
    #expect(try values(set, "y") == [1, 0, 1])
    #expect(set["y"]?.classes?.names == ["cat", "dog"])
    #expect(try values(set.oneHot("y"), "y") == [0, 1, 1, 0, 0, 1])
    #expect(try values(set.subset([2, 0]), "x") == [2.5, 3, 0.5, 1])
  }

  @Test func `rows with a word and no header are rows; scikit-learn's first line is known`() throws {
    #expect(try load("1,2,cat\n3,4,dog\n").all.count == 2)
    let set = try load("4,2,no,yes\n1,2,0\n3,4,1\n5,6,1\n7,8,0\n").all
    #expect(set.count == 4 && set["x"]?.shape == [2] && set["y"]?.classes?.names == ["no", "yes"])
  }

  @Test(arguments: [
    ("a,b\n1,2\n3\n", "data.ragged"), ("a,b\n1,\n", "data.type"), ("a,b,c\n1,x,2\n1,2,3\n", "data.type"),
    ("", "data.empty"), ("a,b\n", "data.empty"),
  ])
  func `bad tables are refused`(_ text: String, _ id: String) throws {
    let error = #expect(throws: DatasetError.self) { try load(text) }
    #expect(error?.diagnostic.id == id, "\(error?.description ?? "")")
  }

  @Test func `missing values have a policy`() throws {
    let text = "a,b,y\n1,NA,0.5\n3,4,1.5\n"
    #expect(try load(text, ":missing=drop").all.count == 1)
    #expect(try values(load(text, ":missing=7").all, "x") == [1, 7, 3, 4])
    #expect(try values(load(text, ":missing=keep").all, "x")[1].isNaN)
  }

  @Test func `pictures of IDX files become floats once`() throws {
    let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102]
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 1, 0]
    let (a, b) = (directory.url.appending(path: "images"), directory.url.appending(path: "labels"))
    try Data(images).write(to: a)
    try Data(labels).write(to: b)
    let set = try DataRequest(parsing: "x=\(a.path()):scale=255,y=\(b.path())").load().all
    #expect(set["x"]?.shape == [1, 2] && set["y"]?.classes?.count == 2)
    #expect(try values(set, "x") == [0, 1, 0.2, 0.4])
    try Data(images.dropLast()).write(to: a)
    #expect(throws: DatasetError.self) { try DataRequest(parsing: a.path()).load() }
    try Data([0, 0, 7, 3]).write(to: a)
    #expect(throws: DatasetError.self) { try DataRequest(parsing: a.path()).load() }
  }

  @Test func `splits hold out what they say`() throws {
    let set = try Dataset([DatasetColumn("x", Tensor((0..<10).map { Double($0) }))])
    #expect(try values(set.split(.fraction(0.3)).held, "x") == [7, 8, 9])
    #expect(try values(set.split(.every(5)).held, "x") == [4, 9])
    #expect(throws: DatasetError.self) { try set.prefix(1).split(.fraction(0.5)) }
    #expect(SplitRule("every:5") == .every(5) && SplitRule("0.1") == .fraction(0.1) && SplitRule("1") == nil)
  }

  @Test func `what is held out is normalised as what is trained on`() throws {
    let loaded = try load("a,y\n1,0.5\n3,0.5\n100,1\n", ":normalise")
    let parts = try loaded.split(.fraction(0.3))
    #expect(try values(parts.training, "x") == [-1, 1])
    #expect(try values(try #require(parts.held), "x") == [98])
  }

  /// The permutation of Python's integers: see the recipe of ``BatchPlan``.
  @Test func `every epoch is a permutation of its own, and a cursor goes on from its place`() throws {
    let plan = BatchPlan(count: 10, batch: 4, seed: 7)
    #expect(plan.order(epoch: 0) == [4, 1, 9, 2, 5, 8, 0, 7, 3, 6])
    #expect(plan.order(epoch: 1) == [7, 3, 2, 5, 6, 9, 8, 0, 1, 4])
    let set = try Dataset([DatasetColumn("x", Tensor((0..<10).map { Double($0) }))])
    for prefetches in [false, true] {
      let loader = try BatchLoader(set, plan, columns: [.init("x", .f32)], prefetches: prefetches)
      var seen: [[Float]] = []
      var cursors: [BatchCursor] = []
      for _ in 0..<6 {
        let batch = loader.next()
        cursors.append(batch.cursor)
        seen.append(
          Array(UnsafeBufferPointer(start: batch.columns[0].assumingMemoryBound(to: Float.self), count: batch.count)))
      }
      #expect(seen.map(\.count) == [4, 4, 2, 4, 4, 2])
      #expect(seen.joined().map { Int($0) } == plan.order(epoch: 0) + plan.order(epoch: 1))
      let later = try BatchLoader(set, plan, columns: [.init("x", .f32)], from: cursors[3], prefetches: prefetches)
      let batch = later.next()
      #expect(batch.columns[0].load(as: Float.self) == seen[4][0] && batch.cursor == cursors[4])
    }
  }

  @Test(arguments: [
    ("digits.csv.gz", 1797, 64, 10), ("iris.csv", 150, 4, 3), ("wine_data.csv", 178, 13, 3),
    ("breast_cancer.csv", 569, 30, 2),
  ])
  func `the sets among the examples are read`(_ name: String, _ count: Int, _ width: Int, _ classes: Int) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let set = try DataRequest(parsing: root.appending(path: "examples/data/\(name)").path()).load().all
    #expect(set.count == count && set["x"]?.shape == [width] && set["y"]?.classes?.count == classes)
  }

  @Test(arguments: ["", "=a", "a:", "a:what", "a:scale", "a:scale=0", "a,", "a:limit=0", "a:normalise=1", "a:shape=2x"])
  func `requests that say nothing are refused`(_ text: String) {
    let error = #expect(throws: DatasetError.self) { try DataRequest(parsing: text) }
    #expect(error?.diagnostic.id == "data.request")
  }

  @Test func `a packed table is read, a cut one is refused with its byte`() throws {
    // gzip of "1,2\n3,4\n", by Python's gzip with mtime=0.
    let packed = try #require(Data(base64Encoded: "H4sIAAAAAAACAzPUMeIy1jHhAgBHk2yvCAAAAA=="))
    let file = directory.url.appending(path: "t.csv.gz")
    try packed.write(to: file)
    #expect(try values(DataRequest(parsing: "\(file.path()):label=none").load().all, "x") == [1, 2, 3, 4])
    for count in 3..<packed.count {
      try packed.prefix(count).write(to: file)
      let error = #expect(throws: DatasetError.self) { try DataRequest(parsing: file.path()).load() }
      #expect(error?.description.contains("byte \(count)") == true, "\(error?.description ?? "")")
    }
  }
}

/// The complete set of Debian's package, where it is: `NABLA_DATASETS=/usr/share/datasets` or another folder.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: KnownDataset.fashionMNIST.folder), "it is not installed"))
struct `Fashion-MNIST` {
  @Test func `has as many pictures of each class`() throws {
    let loaded = try DataRequest(parsing: "fashion-mnist:scale=255").load()
    let test = try #require(loaded.test)
    for (set, count) in [(loaded.all, 6_000), (test, 1_000)] {
      let (x, y) = (try #require(set["x"]), try #require(set["y"]))
      #expect(x.shape == [28, 28] && set.count == 10 * count)
      #expect(set.summary(of: y).classCounts == Array(repeating: count, count: 10))
      let whole = set.summary(of: x).whole
      // 0.2860 and 0.3530 of 255 are the figures that everybody normalises by.
      #expect(whole.least == 0 && whole.greatest == 255)
      #expect(abs(whole.mean / 255 - 0.286) < 0.001 && abs(whole.deviation / 255 - 0.353) < 0.001)
    }
    #expect(loaded.all["y"]?.classes?.names.last == "ankle boot")
  }
}
