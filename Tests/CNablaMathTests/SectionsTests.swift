import CNablaMath
import Testing

@Suite struct SectionsTests {
  @Test func `every section stands after the sections that it uses`() {
    var seen: Set<String> = []
    for section in sections() {
      #expect(seen.isSuperset(of: section.uses), "\(section.name)")
      #expect(seen.insert(section.name).inserted, "\(section.name) is there twice")
      #expect(section.name == "constants" || section.text.contains("nabla_\(section.name)("), "\(section.name)")
    }
    #expect(seen.count > 30)
  }

  @Test func `the text is ASCII and has no stray markers`() {
    let text = String(cString: nabla_math_source())
    #expect(text.utf8.allSatisfy { $0 < 128 })
    #expect(text.split(separator: "// nabla:").count == 2 * sections().count + 1)
  }
}
