import Foundation
import NablaGraphviz
import Testing

struct LargeGraphTests {
  private func chain(_ count: Int) -> String {
    "digraph { " + (0..<count).map { "\($0) -> \($0 + 1)" }.joined(separator: ";") + " }"
  }

  /// A chain whose every node also uses the first one, as Horner's scheme uses `x`.
  private func horner(_ count: Int) -> String {
    "digraph { " + (0..<count).map { "\($0) -> \($0 + 1); x -> \($0 + 1)" }.joined(separator: ";") + " }"
  }

  private func refusedSize(_ dot: String) -> LayoutSize? {
    do throws(RenderError) {
      _ = try Graphviz.shared.render(dot, as: .svg)
      return nil
    } catch {
      if case .tooLarge(let size, _) = error { return size }
      return nil
    }
  }

  @Test func `rows that edges cross count`() {
    // Each of the n edges of the chain crosses one row. The chain's node k is on row k, so x's edge to it crosses k.
    let n = 300
    #expect(refusedSize(horner(n)) == LayoutSize(nodes: n + 2, edges: 2 * n, crossed: n + n * (n + 1) / 2))
  }

  @Test(arguments: [9_999, 100_000])
  func `a chain is refused from where the limit is`(_ count: Int) {
    let size = refusedSize(chain(count + 1))
    #expect(size == LayoutSize(nodes: count + 2, edges: count + 1, crossed: count + 1))
  }

  @Test func `long edges that take the best layout seconds are drawn with less effort`() throws {
    for count in [60, 100, 150] {
      #expect(Picture.count("node", in: try Picture.svg(horner(count))) == count + 2)
    }
  }

  @Test func `a cycle is measured and drawn`() throws {
    let cycle = "digraph { " + (0..<200).map { "\($0) -> \(($0 + 1) % 200)" }.joined(separator: ";") + " }"
    #expect(Picture.count("edge", in: try Picture.svg(cycle)) == 200)
  }

  @Test func `a large bitmap is drawn smaller`() throws {
    for dot in [chain(2_000), "digraph { a [width=100000 height=100000] }", "digraph { a [width=1000000000000] }"] {
      let size = try #require(Picture.pixels(Graphviz.shared.render(dot, as: .png)))
      #expect(size.width * size.height <= Graphviz.pixelLimit)
      #expect(max(size.width, size.height) < 32_767)
    }
  }

  @Test func `a long chain is laid out on a small stack`() async throws {
    let dot = chain(3_000)
    let svg = await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: try? Picture.svg(dot)) }
      thread.stackSize = 512 << 10
      thread.start()
    }
    #expect(Picture.count("node", in: try #require(svg)) == 3_001)
  }
}
