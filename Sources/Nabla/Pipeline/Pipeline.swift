import NablaCalculus
import NablaDiagnostics
import NablaGraph
import NablaRewrite

/// The road that a formula travels, as a table of contents. Every stage is a value in, a value out.
///
///     text ─ Module(checking:) ─▶ Program ─ prepare ─▶ ─ derive ─▶ ─ simplify ─┬─▶ readable   → text, LaTeX, pictures
///                                                                               └─▶ specialise → closures, C
public struct Pipeline: Sendable {
  /// Beyond this order a derivative is too large to be of use.
  public static let orderLimit = 64
  /// The most operations of a Jacobian or Hessian.
  public static let nodeLimit = 16_000_000

  /// Run only rules that are bit-identical on every input.
  public var strict: Bool
  /// Keep the states of √T steps of a loop of T steps for reverse mode, and compute the others again.
  public var checkpoint: Bool

  public init(strict: Bool = false, checkpoint: Bool = false) {
    self.strict = strict
    self.checkpoint = checkpoint
  }

  private var rewriter: Rewriter { Rewriter(strict: strict) }

  /// One form for equal expressions, and one that survives large arguments: what is differentiated.
  public func prepare(_ program: Program) -> Program {
    var prepared = rewriter.rewrite(program.inlined(), through: [.canonicalise, .stabilise, .canonicalise])
    if checkpoint {
      let roots = prepared.graph.checkpointed(prepared.rootNodes)
      for (index, root) in roots.enumerated() { prepared.roots[index].node = root }
    }
    return prepared
  }

  /// The function's results and derivatives as one program, neither of them simplified yet.
  ///
  /// - Parameters:
  ///   - names: the parameters to differentiate by; all real ones where `nil`.
  ///   - order: of `gradient`: 2 asks for the second derivative by each parameter.
  public func derive(
    _ program: consuming Program, _ wants: [Want], by names: [String]? = nil, order: Int = 1
  ) throws(DerivativeError) -> DerivedProgram {
    let parameters = try realParameters(of: program, named: names, for: wants)
    var builder = DerivedProgramBuilder(of: program, by: parameters)
    for want in wants {
      switch want {
      case .value: builder.addValues()
      case .gradient: try builder.addGradient(order: order, simplifying: rewriter)
      case .jacobian: try builder.addJacobian()
      case .hessian: try builder.addHessian()
      case .jvp: try builder.addTangents()
      case .vjp: try builder.addCotangents()
      case .hvp: try builder.addHessianVectorProduct()
      }
    }
    return builder.finished()
  }

  /// Canonical and stable again: what is printed, drawn and run is made of this.
  public func simplify(_ derived: consuming DerivedProgram) -> DerivedProgram {
    // The program is moved out and back, so that it is not copied.
    var program = Program(graph: Graph(), inputs: [], roots: [])
    swap(&program, &derived.program)
    derived.program = rewriter.rewrite(consume program, through: [.canonicalise, .stabilise, .canonicalise])
    return derived
  }

  /// What a mathematician would write.
  public func readable(_ program: consuming Program) -> Program { rewriter.rewrite(program, through: [.readable]) }

  /// What is cheap to compute.
  public func specialise(_ program: consuming Program) -> Program { rewriter.rewrite(program, through: [.specialise]) }

  /// All the way from a function as written to the program that prints and compiles.
  public func differentiate(
    _ program: Program, _ wants: [Want], by names: [String]? = nil, order: Int = 1
  ) throws(DerivativeError) -> DerivedProgram {
    simplify(try derive(prepare(program), wants, by: names, order: order))
  }

  private func realParameters(
    of program: Program, named names: [String]?, for wants: [Want]
  ) throws(DerivativeError) -> [Int] {
    let all = program.inputNames
    let isReal = program.inputs.map { program.graph.type(of: $0).element.isFloat }
    guard let names else {
      let real = all.indices.filter { isReal[$0] }
      if real.isEmpty, wants.contains(where: { $0 != .value }) { throw .noParameters }
      return real
    }
    var positions: [Int] = []
    for name in names {
      guard let position = all.firstIndex(of: name) else { throw .unknownParameter(name, parameters: all) }
      guard isReal[position] else { throw .notReal(name, program.graph.type(of: program.inputs[position]).element) }
      if !positions.contains(position) { positions.append(position) }
    }
    return positions
  }
}
