import NablaDiagnostics

/// The part of the language that is written in the language: textbook definitions, embedded in the binary.
///
/// A program's own names never change it: library source sees built-ins and the library alone.
public struct Library: Sendable {
  /// Parsed when it is first asked for.
  public static let standard = Library()

  let unit: CodeUnit
  /// The functions by name.
  let functions: [String: Int]
  /// Those of them that are layers.
  let layers: Set<Int>
  /// What is wrong with the library itself; empty, as a test checks.
  public let diagnostics: [Diagnostic]

  private init() {
    let files = [
      PackageResources.statistics_nabla, PackageResources.arrays_nabla, PackageResources.activations_nabla,
      PackageResources.losses_nabla, PackageResources.metrics_nabla, PackageResources.convolutions_nabla,
      PackageResources.chance_nabla, PackageResources.initialisers_nabla, PackageResources.layers_nabla,
      PackageResources.normalisation_nabla, PackageResources.recurrent_nabla, PackageResources.attention_nabla,
      PackageResources.penalties_nabla, PackageResources.optimizers_nabla, PackageResources.schedules_nabla,
    ]
    let source = SourceText(utf8: Array(files.joined(separator: [UInt8(ascii: "\n")])), name: "library")
    let parsed = Parser.parse(source)
    let (unit, problems) = Resolver.resolve(parsed.tree, isLibrary: true)
    self.unit = unit
    functions = unit.functions
    layers = Set(unit.routines.indices.filter { unit.routines[$0].role == .layer })
    diagnostics = parsed.diagnostics + problems.diagnostics
  }

  public var source: SourceText { unit.tree.source }

  /// The names of the functions, in the order of the source.
  public var names: [String] { unit.programOrder.map { unit.routines[$0].name } }

  /// What a caller must know of a function: the names and defaults of its parameters. Their types depend on the call.
  public func signature(of name: String) -> Signature? {
    functions[name].map { Signature(unit.routines[$0], in: unit, kinds: nil) }
  }

  /// The source of a function, with the comment before it.
  public func source(of name: String) -> String? {
    guard let index = functions[name] else { return nil }
    let range = unit.routines[index].range
    var first = source.position(at: range.start).line
    while first > 1, source[source.range(ofLine: first - 1)].hasPrefix("#") { first -= 1 }
    return source[SourceRange(source.range(ofLine: first).start, range.end)]
  }
}
