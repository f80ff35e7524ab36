import NablaGraph
import Testing

/// Products that are summed: labels, types, adjoints, text.
@Suite struct ContractionTests {
  private let m = Dimension("m")
  private let n = Dimension("n")
  private let k = Dimension("k")

  private func contraction(_ text: String) -> Contraction {
    let sides = text.split(separator: "->", omittingEmptySubsequences: false)
    let operands = sides[0].split(separator: ",", omittingEmptySubsequences: false)
    return Contraction(Array(operands[0]), Array(operands[1]), to: Array(sides[1]))
  }

  private func f64(_ dimensions: Dimension...) -> TensorType { TensorType(.f64, Shape(dimensions)) }

  @Test func `labels have one spelling`() {
    #expect(contraction("mk,kn->mn") == contraction("ij,jl->il"))
    #expect(contraction("mk,kn->mn").description == "ab,bc->ac")
    #expect(contraction("mk,kn->nm") != contraction("mk,kn->mn"))
    #expect(contraction("ij,j->i").swapped == contraction("j,ij->i"))
    #expect(contraction(",->").description == ",->")
    #expect(contraction("bik,bkj->bij").summed == [2])
  }

  @Test(arguments: [
    ("ij,jk->ik", ["m", "n"], ["n", "k"], ["m", "k"]),
    ("ij,j->i", ["m", "n"], ["n"], ["m"]),
    ("i,i->", ["n"], ["n"], []),
    ("i,j->ij", ["m"], ["n"], ["m", "n"]),
    ("bij,bjk->kb", ["k", "m", "n"], ["k", "n", "m"], ["m", "k"]),
    ("ij,k->k", ["m", "n"], ["k"], ["k"]),
    (",->", [], [], []),
  ])
  func `types`(_ text: String, _ left: [String], _ right: [String], _ result: [String]) throws {
    func shape(_ names: [String]) -> Shape { Shape(names.map { Dimension($0) }) }
    for element in [ElementType.f64, .f32, .i64, .i32] {
      let type = try contraction(text).resultType(TensorType(element, shape(left)), TensorType(element, shape(right)))
      #expect(type == TensorType(element, shape(result)))
    }
  }

  @Test func `what does not fit says both shapes and the axes`() {
    let product = contraction("ij,jk->ik")
    #expect(throws: TypeError.contraction(Shape([m, 784]), Shape([256, 10]), left: 1, right: 0)) {
      try product.resultType(f64(m, 784), f64(256, 10))
    }
    // A literal 1 does not stretch here.
    #expect(throws: TypeError.self) { try product.resultType(f64(m, 1), f64(n, k)) }
    #expect(throws: TypeError.elementTypes([.f64, .f32])) {
      try product.resultType(f64(m, n), TensorType(.f32, Shape([n, k])))
    }
    #expect(throws: TypeError.unsupported(.bool)) {
      try contraction("i,i->").resultType(TensorType(.bool, Shape([n])), TensorType(.bool, Shape([n])))
    }
    for wrong in ["ii,i->i", "ij,jk->iik", "ij,jk->il"] {
      #expect(throws: TypeError.self) { try contraction(wrong).resultType(f64(n, n), f64(n, n)) }
    }
    #expect(throws: TypeError.self) { try product.resultType(f64(m), f64(m, n)) }
    let many = Array(0..<Contraction.labelLimit + 1)
    let type = TensorType(.f64, Shape(many.map { _ in 1 }))
    #expect(throws: TypeError.self) { try Contraction(many, many, to: []).resultType(type, type) }
  }

  /// `∂⟨g, A·B⟩/∂A`, with axes that the operand alone has left out.
  @Test func `adjoints`() {
    let product = contraction("ij,jk->ik")
    #expect(product.adjoint(of: .left).contraction == contraction("ik,jk->ij"))
    #expect(product.adjoint(of: .right).contraction == contraction("ij,ik->jk"))
    #expect(product.adjoint(of: .left).missing == [])
    let summed = contraction("ijk,j->k").adjoint(of: .left)
    #expect(summed.contraction == contraction("k,j->jk"))
    #expect(summed.missing == [0])
  }

  @Test func `work is twice the product of the extents`() {
    #expect(contraction("ij,jk->ik").work(Shape([m, n]), Shape([n, k])) == 2 * m * n * k)
    #expect(contraction("ij,jk->ik").work(Shape([2, 3]), Shape([3, 5])) == 60)
    #expect(contraction("i,i->").work(Shape([0]), Shape([0])) == 0)
  }

  @Test(arguments: ["contract(ab,bc->ac) %0, %1 : f64[m, k]", "contract(ab,bc->ca) %0, %1 : f64[k, m]"])
  func `reads and writes the textual form`(_ line: String) throws {
    let text = """
      program {
        %0 = parameter "A" : f64[m, n]
        %1 = parameter "B" : f64[n, k]
        %2 = \(line)
        return "y" = %2
      }

      """
    let program = try Program(text: text)
    #expect(program.text == text)
    try program.verify()
    let count = program.graph.operationCount(of: program.rootNodes)
    #expect((count.operations, count.cost) == (1, 2))
  }

  @Test(arguments: [
    "contract(ab,bc->ac) %0, %0 : f64[m, n]", "contract(aa,bc->ac) %0, %1 : f64[m, k]",
    "contract(ab,bc) %0, %1 : f64[m, k]", "contract(a_,_c->ac) %0, %1 : f64[m, k]", "contract %0, %1 : f64",
    "contract(ab,bc->ac) %0 : f64[m, k]", "contract(ab,bc->ac) %0, %1 : f64[m, n]",
  ])
  func `refuses what is no contraction`(_ line: String) {
    #expect(throws: ProgramTextError.self) {
      try Program(
        text: """
          program {
            %0 = parameter "A" : f64[m, n]
            %1 = parameter "B" : f64[n, k]
            %2 = \(line)
            return "y" = %2
          }
          """)
    }
  }
}
