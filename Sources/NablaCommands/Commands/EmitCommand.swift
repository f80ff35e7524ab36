import ArgumentParser
import Nabla
import NablaCompiler
import NablaDatasets
import NablaNetworks

/// `nabla emit`: C files that need nothing else.
struct EmitCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit", abstract: "Write a C file, a header and a test main for a function and its gradient.",
    discussion: """
      A function of arrays has the kernels that run here, in vectors for GCC and Clang, and plain C11 for other compilers.
      Of a checkpoint, or a program with --weights, a library that predicts: the network, its weights, and a test main that
      compares it with nabla predict on the first examples of --data.
      Example: nabla emit 'f(x, y) = x*sin(y)' -o out && cc -std=c11 -O2 out/*.c -lm
      """)

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Option(name: .shortAndLong, help: "The folder; it is made if it is not there.")
  var output: String

  @Option(name: .long, help: "A file of weights, for a library that predicts: a checkpoint, .safetensors or .npz.")
  var weights: String?

  @Flag(name: .customLong("separate-weights"), help: "Put the weights into a file that the library reads.")
  var separatesWeights = false

  @Option(name: .long, help: "The most threads that share a call of a function of arrays, with OpenMP.")
  var threads = 1

  func perform() throws {
    if !(1...64).contains(threads) { throw ValidationError("--threads is from 1 to 64, not \(threads)") }
    if weights != nil || input.source.hasSuffix(".safetensors") { return try emitModel() }
    if separatesWeights { throw ValidationError("--separate-weights needs --weights") }
    let formula = try input.bound(try input.formula(), at: point)
    try formula.requireSizes { "give it with --size \($0)=…" }
    let export = try formula.exported(
      at: try point.columns(for: formula).map { $0.flatMap(\.doubles) }, threads: threads)
    try write(export.files.map { ($0.name, Array($0.text.utf8)) })
  }

  private func emitModel() throws {
    var model = try ModelOptions.model(
      input.source, weights: weights, function: input.function, dtype: nil, sizes: try SourceOptions.sizes(input.size))
    let samples = try point.data.map { try ExampleOptions.examples($0, for: &model, asIs: false) }
    let export = try Problem.inProgram(model.source) {
      try model.exported(
        samples: samples.map { $0.test ?? $0.all }, separatesWeights: separatesWeights, threads: threads)
    }
    try write(export.files)
  }

  private func write(_ files: [(name: String, bytes: [UInt8])]) throws {
    try OutputFile.makeFolder(output)
    for (name, bytes) in files {
      let path = output.hasSuffix("/") ? output + name : "\(output)/\(name)"
      if SourceFile(path: path).exists, try !CExport.replaces(name, try SourceFile(path: path).bytes()) {
        StandardError.write("note: \(path) is somebody else's, and stays as it is")
        continue
      }
      try OutputFile(path: path).write(bytes)
      print(path)
    }
  }
}
