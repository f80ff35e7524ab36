import Nabla
import NablaCompiler
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// A trained network as a C library that needs nothing but a C compiler:
///
/// - `NAME.h` declares what a caller needs: `NAME_predict`, and `NAME_class` for classes;
/// - `NAME.c` prepares an example as those of training were, and calls the network;
/// - `NAME_network.c` and `.h` are the network, with its weights as parameters;
/// - `NAME_weights.c` has the weights, as constants or read from `NAME.weights`;
/// - `NAME_main.c` predicts some examples and compares the results with those of Nabla;
/// - `CMakeLists.txt` makes a library and a test of them.
public struct ModelExport: Sendable {
  /// The identifier that files and functions begin with.
  public let name: String
  public let files: [(name: String, bytes: [UInt8])]

  /// What the texts are put together from.
  struct Parts {
    let name: String
    /// The name of the network's own files and functions.
    let network: String
    /// What a caller gives and gets; the inputs in the order of the network's.
    let inputs: [Port]
    let results: [Port]
    /// In the order of the network's inputs behind ``inputs``.
    let weights: [Port]
    /// Whether the last input of the network is a key for random numbers.
    let takesKey: Bool
    let classNames: [String]
  }

  /// An array of the library.
  struct Port {
    let name: String
    let element: ElementType
    /// Of one example.
    let shape: [Int]
    var preparation: ColumnPreparation?

    var count: Int { shape.reduce(1, *) }
    var extents: String { shape.isEmpty ? "[1]" : shape.map { "[\($0)]" }.joined() }
  }

  /// - Parameters:
  ///   - samples: the examples of the test main, as they are stored; without them, numbers between 0 and 1.
  ///   - separatesWeights: whether the weights are a file beside the library that it reads, and not a part of it.
  ///   - threads: the most that share an example, where the files are compiled with OpenMP.
  init(_ model: Model, samples: Dataset?, separatesWeights: Bool, threads: Int) throws {
    let columns = try model.sampleColumns(samples)
    let plan = try PredictionPlan(model, columns: columns)
    if let memory = plan.variables.first(where: { $0.kind == .memory }) { throw TrainingError.remembers(memory.path) }
    let memory = VariableMemory(plan.variables)
    try memory.take(model.weights, else: { [try plan.initialisation()] })
    let training = try plan.program(batch: 1)
    let prefix = model.function + "."
    var names = CNames()
    func spelled(_ path: String) -> String {
      names.unique(path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path)
    }

    // The network with names that can be read, inputs first, then weights.
    let order = training.inputs.indices.sorted { training.inputs[$0].order < training.inputs[$1].order }
    var graph = Graph()
    var operands = Array(repeating: NodeID(0), count: training.inputs.count)
    var (inputs, weights): ([Port], [Port]) = ([], [])
    for index in order {
      let type = training.program.graph.type(of: training.program.inputs[index])
      let shape = type.shape.dimensions.map { $0.constant ?? 0 }
      let name: String
      switch training.inputs[index] {
      case .data(let parameter):
        name = spelled(plan.parameters[parameter].name)
        let preparation = model.inputs.indices.contains(parameter) ? model.inputs[parameter] : nil
        inputs.append(
          Port(name: name, element: type.element, shape: Array(shape.dropFirst()), preparation: preparation))
      case .variable(let variable):
        name = spelled(plan.variables[variable].path)
        weights.append(Port(name: name, element: type.element, shape: shape))
      default: name = "random_key"
      }
      operands[index] = graph.parameter(name, type)
    }
    let function = graph.intern(Function(name: model.function, body: training.program.inlined()))
    let roots = graph.call(function, operands)
    let results = zip(training.program.roots, roots).map { root, node in
      let type = graph.type(of: node)
      let name = spelled(training.program.roots.count == 1 ? "result" : "result_\(root.name)")
      return Port(
        name: name, element: type.element, shape: type.shape.dimensions.dropFirst().map { $0.constant ?? 0 })
    }
    let program = Program(
      graph: graph, inputs: order.map { operands[$0] }, roots: zip(results, roots).map { Program.Root($0.name, $1) }
    ).inlined()
    // Short enough for what names of files and functions end with.
    let name = String(CExport.identifier(model.function).prefix(48))
    let kernel = try CExport(name: name + "_network", value: program, threads: threads)
    let isClassifier = results.count == 1 && model.classNames.count > 1 && results[0].count == model.classNames.count
    let parts = Parts(
      name: name, network: kernel.name, inputs: inputs, results: results, weights: weights,
      takesKey: training.inputs.contains(.key), classNames: isClassifier ? model.classNames : [])

    let sorted = order.compactMap { index -> Int? in
      if case .variable(let variable) = training.inputs[index] { variable } else { nil }
    }
    let values = sorted.map { memory[$0] }
    let expected = try model.samples(samples, parts)
    var files: [(String, String)] = [
      ("\(name).h", parts.header), ("\(name).c", parts.source), ("\(kernel.name).h", kernel.header),
      ("\(kernel.name).c", kernel.source),
      ("\(name)_weights.c", separatesWeights ? parts.loadedWeights : parts.constantWeights(values)),
      ("\(name)_main.c", parts.main(expected, separatesWeights: separatesWeights)), CExport.cMakeFile,
    ]
    files.sort { $0.0 < $1.0 }
    self.name = name
    self.files =
      files.map { ($0, Array($1.utf8)) } + (separatesWeights ? [("\(name).weights", parts.bytes(of: values))] : [])
  }
}

extension TrainingProgram.Input {
  /// The place among the inputs of a library: data, weights, the rest.
  fileprivate var order: (Int, Int) {
    switch self {
    case .data(let parameter): (0, parameter)
    case .variable(let variable): (1, variable)
    default: (2, 0)
    }
  }
}

/// Identifiers of C for paths: letters, digits and underscores, each once.
private struct CNames {
  private var taken: Set<String> = ["random_key", "count", "status", "workspace"]

  mutating func unique(_ path: String) -> String {
    var base = String(path.unicodeScalars.map { "\($0)" }.map { $0.allSatisfy(\.isIdentifierPart) ? $0 : "_" }.joined())
    if base.first?.isLetter != true { base = "v" + base }
    base = String(base.prefix(50))
    // A name beside digits or an underscore is no keyword.
    var name = base.contains("_") || base.count == 1 ? base : base + "_in"
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(base)_\(number)"
      number += 1
    }
    return name
  }
}

extension Character {
  fileprivate var isIdentifierPart: Bool { isASCII && (isLetter || isNumber || self == "_") }
}

extension Model {
  /// The network with its weights as a C library.
  ///
  /// - Parameters:
  ///   - samples: the examples of the test main, at most sixteen, as they are stored; without them, numbers between 0 and
  ///     1, which the sizes of the program have to say how many of.
  ///   - separatesWeights: whether the weights are a file beside the library that it reads, and not a part of it.
  ///   - threads: the most that share an example, where the files are compiled with OpenMP.
  /// - Throws: ``TrainingError`` for weights that do not fit, ``DiagnosticsError``, `CompilerError`.
  public func exported(
    samples: Dataset? = nil, separatesWeights: Bool = false, threads: Int = 1
  ) throws -> ModelExport {
    try ModelExport(self, samples: samples?.prefix(16), separatesWeights: separatesWeights, threads: threads)
  }

  /// The types of the data's columns: those of samples, or what the header and the training say.
  fileprivate func sampleColumns(_ samples: Dataset?) throws -> ColumnTypes {
    if let samples { return try prepared(samples).columnTypes(floatType) }
    return try parameters.enumerated().map { position, parameter in
      let shape = parameter.type.shape.dimensions.dropFirst()
      let known = inputs.indices.contains(position) ? inputs[position].shape : []
      let extents = zip(shape.indices, shape).map { axis, dimension in
        dimension.constant ?? sizes["\(dimension)"] ?? (known.count == shape.count ? known[axis - 1] : nil)
      }
      guard !extents.contains(nil) else { throw TrainingError.openSizes(shape.flatMap(\.symbols).sorted()) }
      return (parameter.name, TensorType(parameter.type.element, Shape(extents.map { Dimension($0 ?? 0) })))
    }
  }

  /// What the test main gives, and what is expected.
  fileprivate func samples(
    _ given: Dataset?, _ parts: ModelExport.Parts
  ) throws -> (inputs: [Tensor], results: [NamedTensor]) {
    var generator = SplitMix64(seed: 1)
    let set =
      try given
      ?? Dataset(
        zip(parameters, parts.inputs).map { parameter, port in
          let numbers = (0..<3 * port.count).map { _ in
            port.element.isFloat ? Double.random(in: 0..<1, using: &generator) : 0
          }
          let tensor = try Tensor(numbers, shape: [3] + port.shape).converted(to: port.element)
          return DatasetColumn(parameter.name, tensor)
        })
    let names = set.columns.map(\.name)
    let isNamed = parameters.allSatisfy { names.contains($0.name) }
    let inputs = zip(parameters.indices, parts.inputs).map { position, port in
      let column = isNamed ? names.firstIndex(of: parameters[position].name) ?? position : position
      return Tensor(
        Column(set.count * port.count, of: port.element) { room in
          if let base = room.baseAddress {
            set.gather(Array(0..<set.count), column: column, into: base, as: port.element)
          }
        }, shape: [set.count] + port.shape)
    }
    return (inputs, try predict(set, backend: .interpreter).results)
  }
}
