import NablaGraphviz
import Testing

struct ConcurrencyTests {
  @Test func `400 pictures at once, good and bad, are each right`() async throws {
    let formats = PictureFormat.allCases
    let right = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<400 {
        group.addTask {
          do throws(RenderError) {
            switch number % 4 {
            case 0:
              _ = try Graphviz.shared.render("digraph { broken\(number) -> ; }", as: .svg)
              return false
            case 1:
              return try !Graphviz.shared.render("digraph { a -> b }", as: formats[number % 3]).isEmpty
            default:
              let svg = try Picture.svg("digraph { a -> n\(number); b -> n\(number) }")
              return svg.contains(">n\(number)</text>") && Picture.count("node", in: svg) == 3
            }
          } catch {
            return number % 4 == 0 && "\(error)".contains("line 1")
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(right == 400)
  }
}
