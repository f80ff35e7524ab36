import NablaCompiler
import NablaGraph

extension Formula {
  /// What the C backend makes of the function and its derivatives: one kernel over the points, or kernels over arrays.
  ///
  /// - Parameter threads: the most that share a call.
  public func kernelPlan(_ wants: [Want], by parameters: [String]? = nil, threads: Int = 1) throws -> ProgramPlan {
    let program = pipeline.specialise(try differentiated(wants, by: parameters).program)
    return try ProgramPlan(program, threads: threads, strict: pipeline.strict)
  }

  /// The C text of that kernel; it needs nothing but a C compiler.
  public func cSource(_ wants: [Want], by parameters: [String]? = nil) throws -> String {
    let derived = try differentiated(wants.isEmpty ? [.value, .gradient] : wants, by: parameters)
    return try CKernel(pipeline.specialise(derived.program), strict: pipeline.strict).source
  }

  /// The function as C files: value and, where it has one real scalar result, gradient.
  ///
  /// - Parameters:
  ///   - point: where the test main evaluates, one number an input.
  ///   - threads: the most that share a call of a function of arrays, where the files are compiled with OpenMP.
  public func exported(at point: [Double]? = nil, threads: Int = 1) throws -> CExport {
    let value = pipeline.specialise(try differentiated([.value]).program)
    // By the weights of layers too: a caller of C has no other way to them.
    let types = zip(parameters, program.inputs).map { ($0, program.graph.type(of: $1)) }
    let real = types.filter { $0.1.element.isFloat }.map(\.0)
    let gradient = (try? differentiated([.value, .gradient], by: variables.isEmpty ? nil : real))
      .map { pipeline.specialise($0.program) }
    return try CExport(
      name: name, value: value, gradient: gradient, threads: threads, points: point.map { [$0] } ?? [],
      strict: pipeline.strict)
  }
}
