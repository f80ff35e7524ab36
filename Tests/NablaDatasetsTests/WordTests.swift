import Foundation
import NablaData
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaDatasets

/// Texts of tables and files as numbers of words, and the order of streams.
struct WordTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func load(_ text: String, _ options: String = "") throws -> Dataset {
    let file = try directory.write(text, to: "data.csv")
    return try DataRequest(parsing: file.path() + options).load().all
  }

  @Test func `texts are numbers of words, the most frequent first`() throws {
    let text = "text,label\n\"It's good, it's GOOD!\",1\nbad,0\n,0\n\"a b c d e good\",1\n"
    let set = try load(text, ":words=5")
    // good 3, it's 2, then by the alphabet.
    #expect(set["x"]?.classes?.names == ["", "[unknown]", "good", "it's", "a", "b", "bad", "c", "d", "e"])
    #expect(try set.values("x") == [3, 2, 3, 2, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 7, 8, 9])
    #expect(try set.values("y") == [1, 0, 0, 1])
    let few = try load(text, ":words=3:vocabulary=4")
    #expect(few["x"]?.classes?.names == ["", "[unknown]", "good", "it's"])
    #expect(try few.values("x") == [3, 2, 3, 1, 0, 0, 0, 0, 0, 1, 1, 1])
    let letters = try load("name,y\nab,1\nba,2\n", ":characters=3:numbers")
    #expect(try letters.values("x") == [2, 3, 0, 3, 2, 0])
    #expect(throws: DatasetError.self) { try load("a,b,y\nx,y,1\n", ":words") }
  }

  @Test func `a sequence of words has windows`() throws {
    let set = try load("one two; three two one two", ":text:words:window=2")
    // two 3, one 2, three 1.
    #expect(try set.values("x") == [3, 2, 2, 4, 4, 2, 2, 3])
    #expect(try set.values("y") == [4, 2, 3, 2])
  }

  @Test(arguments: [("normalize2", "normalise"), ("lable", "label"), ("target", "label"), ("na_values", "missing")])
  func `an option that there is not has a neighbour`(_ wrong: String, _ meant: String) throws {
    let error = #expect(throws: DatasetError.self) { try load("a,b\n1,2\n", ":\(wrong)=1") }
    #expect(error?.description.contains("did you mean '\(meant)'?") == true)
  }

  @Test func `streams go through parts of their own`() {
    let plan = BatchPlan(count: 10, batch: 4, .streams)
    #expect(plan.batches(epoch: 3).map(Array.init) == [[0, 3, 6, 8], [1, 4, 7, 9], [2, 5]])
    #expect(BatchPlan(count: 3, batch: 8, .streams).batches(epoch: 0).map(Array.init) == [[0, 1, 2]])
  }

  // MARK: Columns by name

  @Test func `a column says what examples count`() throws {
    let set = try load("a,w,y\n1,2,red\n3,0.5,blue\n", ":weights=w")
    #expect(set.columns.map(\.name) == ["x", "weight", "y"] && set["x"]?.shape == [1])
    #expect(try set.values("weight") == [2, 0.5] && set.values("x") == [1, 3])
    let error = #expect(throws: DatasetError.self) { try load("a,w,y\n1,2,red\n3,-1,blue\n", ":weights=w") }
    #expect(error?.description.contains("line 3, column 'w': a weight of at least 0 is expected, not '-1'") == true)
    #expect(throws: DatasetError.self) { try load("a,w,y\n1,2,red\n", ":weights=v") }
  }

  @Test func `a named part of a table may be its label`() throws {
    let file = try directory.write("a,b,kind\n1,2,red\n3,4,blue\n", to: "t.csv").path()
    let set = try DataRequest(parsing: "p=\(file):features=a,q=\(file):features=b,kind=\(file):label=kind").load().all
    #expect(set.columns.map(\.name) == ["p", "q", "kind"])
    #expect(set["kind"]?.classes?.names == ["blue", "red"])
    #expect(try set.values("kind") == [1, 0])
  }
}
