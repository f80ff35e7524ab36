import NablaGraph
import NablaRuntime
import Testing

@testable import NablaData

struct TensorTextTests {
  @Test(arguments: Fixture.cases("text")) func `arrays are printed as NumPy prints them`(_ example: JSONValue) throws {
    let element = try #require(ElementType(rawValue: example.text("element")))
    let tensor = try example.tensor(element)
    let text = TensorText().text(tensor, indent: try example.integer("indent"))
    let expected = try example.text("text")
    #expect(text == expected)
  }

  @Test func `scalars have all their digits`() {
    #expect(TensorText().text(Tensor(0.1 + 0.2)) == "0.30000000000000004")
    #expect(TensorText().text(Tensor(Column([0.1] as [Float]), shape: [])) == "0.1")
    #expect(TensorText().text(Tensor(Column([true]), shape: [])) == "true")
    #expect(TensorText().text(Tensor(3)) == "3")
  }
}
