import NablaGraphviz
import Testing

struct SilenceTests {
  /// In a process of its own, where nothing else writes: every kind of failure, warning and hostile text.
  @Test func `nothing is written to standard output or standard error`() async throws {
    let result = try await #require(
      processExitsWith: .success, observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      let texts =
        [
          "digraph { a -> ; }", "digraph {} junk", "digraph { a [label=\"open", "digraph { a [shape=nosuch] }",
          "digraph { a [image=\"/nowhere.png\"] }", "digraph { a [label=<<b>x</i>>] }", "digraph { dpi=1000000000; a }",
          "digraph { a [width=1000000000000 height=1000000000000] }", "digraph { size=1e9; a }",
          "digraph { a [fontname=\"no such font\"] }",
        ] + HostileTextTests.labels.map { "digraph { a [label=\"\($0)\"] }" }
      for text in texts {
        for format in PictureFormat.allCases { _ = try? Graphviz.shared.render(text, as: format) }
      }
    }
    #expect(String(decoding: result.standardOutputContent, as: UTF8.self) == "")
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self) == "")
  }
}
