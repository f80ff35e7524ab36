import Foundation
import NablaData
import NablaRuntime
import TestSupport
import Testing

@testable import NablaDatasets

/// Whatever is wrong with data is said with the file, and the row, the column or the byte.
struct BadDataTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func message(_ name: String, _ contents: Data, _ options: String = "") throws -> String {
    let file = directory.url.appending(path: name)
    try contents.write(to: file)
    let error = #expect(throws: DatasetError.self) { try DataRequest(parsing: file.path() + options).load() }
    let text = error?.description ?? ""
    #expect(text.contains(name), "\(text)")
    return text
  }

  @Test(arguments: [
    ("a,b,y\n1,2,0\n3,4\n", "", "line 3: 3 entries are expected, as before, not 2"),
    ("a,b,y\n1,2,0\n3,inf,1\n", "", "line 3, column 'b': a number is expected, not inf"),
    ("a,b,y\n1,2,0\n3,nan,1\n", "", "line 3, column 'b': a number is expected, not nothing"),
    ("a,b,y\n1,2,0\n3,cat,1\n1,1,0\n", "", "line 3, column 'b': a number is expected, not 'cat'"),
    ("a,b,y\n1,2,0\n3,4,10\n", ":classes=10", "line 3, column 'y': a class from 0 to 9 is expected, not 10"),
    ("a,b,y\n1,2,0\n3,4,-1\n", ":classes=2", "line 3, column 'y': a class from 0 to 1 is expected, not -1"),
    ("a,b,y\n1,2,0\n3,4,0.5\n", ":classes=2", "line 3, column 'y': a class from 0 to 1 is expected, not 0.5"),
    ("a,b,y\n1,2,0\n3,4,\n", "", "line 3, column 'y': a label is expected, not nothing"),
    ("a,b,y\n1,\"2,0\n3,4,1\n", "", "a quote in line 2 is never closed"),
  ])
  func `tables name the line and the column`(_ text: String, _ options: String, _ problem: String) throws {
    let found = try message("t.csv", Data(text.utf8), options)
    #expect(found.contains(problem), "\(found)")
  }

  @Test(arguments: [
    ([0, 0, 7, 1, 0, 0, 0, 1, 5] as [UInt8], "", "element type 0x7 at byte 2"),
    ([0, 0, 8, 1, 0, 0, 0, 9, 5], "", "9 bytes instead of 17"),
    ([0, 0, 8, 1, 0, 0, 0, 2, 5, 10], ":classes=10", "example 1: a class from 0 to 9 is expected, not 10"),
  ])
  func `arrays name the byte or the example`(_ bytes: [UInt8], _ options: String, _ problem: String) throws {
    let found = try message("labels", Data(bytes), options)
    #expect(found.contains(problem), "\(found)")
  }

  @Test(arguments: [
    ("t.csv", Array("a,y\n1,2\n".utf8), ":resize=3x3", "'resize' is an option of pictures"),
    ("t.csv", Array("a,y\n1,2\n".utf8), ":member=a", "'member' is an option of files of several arrays"),
    ("labels", [0, 0, 8, 1, 0, 0, 0, 1, 5], ":header=yes", "'header' is an option of tables"),
  ])
  func `options that do nothing with such data are refused`(
    _ name: String, _ bytes: [UInt8], _ options: String, _ problem: String
  ) throws {
    let found = try message(name, Data(bytes), options)
    #expect(found.contains(problem), "\(found)")
  }

  @Test func `numbers that are none are found`() throws {
    let values: [Float] = [1, 2, .nan, 4]
    let tensor = Tensor(Column(values), shape: [2, 2])
    try Data(tensor.npy).write(to: directory.url.appending(path: "x.npy"))
    let set = try DataRequest(parsing: directory.url.appending(path: "x.npy").path()).load().all
    for part in [set, set.subset([0, 1]), set.subset([1])] {
      let text = try #require(part.firstNotFinite(in: part.columns.indices)).description
      #expect(text.contains("x.npy': column 'x[0]', example 1: a finite number is expected, not nan"), "\(text)")
    }
    #expect(set.subset([0]).firstNotFinite(in: set.columns.indices) == nil)
  }
}
