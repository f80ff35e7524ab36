import Foundation
import NablaData
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaDatasets

/// Sets larger than memory, and files that are damaged.
struct LargeDataTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// 64 GB of zeros that take no room on the disk, with ones here and there.
  @Test func `a set larger than memory is taken in batches from where it lies`() throws {
    let (count, width) = (1 << 16, 1 << 18)
    var file = Tensor(zeros: [1, width], of: .f32).npy.prefix { $0 != UInt8(ascii: "\n") } + [UInt8(ascii: "\n")]
    let shape = Array("(1, \(width))".utf8)
    let place = try #require(file.firstRange(of: shape))
    // The header is padded with spaces: the longer shape takes the place of some.
    let wanted = Array("(\(count), \(width))".utf8)
    file.replaceSubrange(place, with: wanted)
    let spare = wanted.count - shape.count
    file.removeSubrange(file.count - 1 - spare..<file.count - 1)
    let url = directory.url.appending(path: "large.npy")
    try Data(file).write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    let start = UInt64(file.count)
    let size = start + UInt64(count * width * 4)
    do {
      try handle.truncate(atOffset: size)
    } catch {
      // A file system without room for holes.
      return
    }
    for example in [0, 1, 40_000, count - 1] {
      try handle.seek(toOffset: start + UInt64(example * width * 4))
      try handle.write(contentsOf: withUnsafeBytes(of: Float(example + 1)) { Data($0) })
    }
    try handle.close()

    let set = try DataRequest(parsing: url.path() + ":scale=2").load().all
    #expect(set.count == count && set["x"]?.shape == [width])
    let chosen = set.subset([count - 1, 40_000, 7, 0])
    let loader = try BatchLoader(
      chosen, BatchPlan(count: 4, batch: 3, .stored), columns: [.init("x", .f32)], prefetches: true)
    var firsts: [Float] = []
    for _ in 0..<2 {
      let batch = loader.next()
      for example in 0..<batch.count {
        firsts.append(batch.columns[0].load(fromByteOffset: 4 * example * width, as: Float.self))
      }
    }
    #expect(firsts == [Float(count) / 2, 40_001 / 2, 0, 0.5])
  }

  private static let sources: [(name: String, bytes: [UInt8], options: String)] = [
    ("table", Array("a,b,label\n1,2.5,cat\n-3e5,4,dog\n0.1,7,cat\n5,5,dog\n".utf8), ":normalise:one_hot"),
    ("numbers", Array("a,b,y\n1,2.5,0\n-3e5,4,1\n0.1,7,1\n5,5,0\n".utf8), ":weights=balanced:missing=0"),
    ("scikit", Array("4,2,no,yes\n1,2,0\n3,4,1\n5,6,1\n7,8,0\n".utf8), ""),
    ("series", Array("t,v\n1,2\n2,3\n3,5\n4,7\n5,11\n6,13\n".utf8), ":window=2:missing=drop"),
    ("images", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4] + (0..<24).map { UInt8($0) }, ":scale=255"),
    ("labels", [0, 0, 8, 1, 0, 0, 0, 6, 1, 0, 2, 1, 0, 2], ":one_hot"),
    ("array", Tensor((0..<60).map { Double($0) }, shape: [3, 4, 5]).npy, ":shape=20"),
    ("text", Array("das Zählen der Zeichen\n".utf8), ":text:window=4:one_hot"),
    ("picture", Array("P2 4 2 255 1 2 3 4 5 6 7 8".utf8), ":resize=3x5:colour"),
  ]

  @Test(arguments: sources.indices)
  func `damaged files end in examples or in an error`(_ index: Int) throws {
    let isLong = ProcessInfo.processInfo.environment["NABLA_LONG_TESTS"] == "1"
    let (name, bytes, options) = Self.sources[index]
    var mutator = ByteMutator(seed: UInt64(index))
    let url = directory.url.appending(path: name)
    for attempt in 0..<(isLong ? 5_000 : 150) {
      try Data(attempt == 0 ? bytes : mutator.mutated(bytes)).write(to: url)
      do {
        let loaded = try DataRequest(parsing: url.path() + options).load()
        let set = try loaded.split(nil).training
        for (position, column) in set.columns.enumerated() where column.elementCount < 1 << 20 {
          let examples = Array(0..<min(set.count, 50))
          for element in ElementType.allCases {
            do { try set.requireNumbers(position, as: element) } catch { continue }
            let target = UnsafeMutableRawPointer.allocate(
              byteCount: max(examples.count * column.elementCount * element.size, 1), alignment: 64)
            defer { target.deallocate() }
            set.gather(examples, column: position, into: target, as: element)
          }
        }
      } catch {
        #expect(attempt > 0, "the file itself is fine")
      }
    }
  }
}
