import ArgumentParser
import Foundation
import Nabla
import NablaDiagnostics
import NablaGraph
import NablaLanguage
import NablaNetworks
import NablaRuntime

/// Which source, which function of it, and what it is checked under: the options of every verb.
struct SourceOptions: ParsableArguments {
  static let sourceHelp: ArgumentHelp =
    "A .nabla file, '-' for standard input, or the program text itself (after '--' if it begins with a minus)."

  @Argument(help: SourceOptions.sourceHelp)
  var source: String

  @Option(name: .long, help: "The function; without it, the last of the program.")
  var function: String?

  @Option(name: .long, help: "The element type of parameters that state none: f64 or f32.")
  var dtype: String = "f64"

  @Option(name: .long, parsing: .singleValue, help: "Values of sizes, such as n=10 or n=10,m=3.")
  var size: [String] = []

  @Option(name: .long, help: "What random numbers, and first values of layers' parameters, are made of.")
  var seed = 0

  @Flag(name: .long, help: "Check the program as for training: dropout drops, normalisation looks at the batch.")
  var training = false

  @Flag(name: .long, help: "Run only rules that are bit-identical on every input.")
  var strict = false

  @Flag(name: .long, help: "Keep the states of √T steps of a loop of T steps for its derivatives, not of all.")
  var checkpoint = false

  /// The source's text under the name that diagnostics show.
  func text() throws -> SourceText { try SourceOptions.text(of: source) }

  static func text(of source: String) throws -> SourceText {
    if source == "-" {
      return SourceText(utf8: [UInt8](FileHandle.standardInput.readDataToEndOfFile()), name: "<stdin>")
    }
    guard source.hasSuffix(".nabla") else {
      let text = SourceText(source)
      if !source.isEmpty, SourceFile(path: source).exists, Module(checking: text).hasErrors {
        throw Diagnostic(
          "source.not-nabla",
          "'\(source)' is no formula; there is a file of that name, but a program's file ends in .nabla, or comes on standard input: '-'"
        )
      }
      return text
    }
    return SourceText(utf8: try SourceFile(path: source).bytes(), name: source)
  }

  func options() throws -> CheckOptions {
    CheckOptions(
      floatType: try SourceOptions.floatType(dtype), sizes: try SourceOptions.sizes(size), training: training,
      checkpoint: checkpoint)
  }

  static func floatType(_ name: String) throws -> ElementType {
    guard let element = ElementType(rawValue: name), element.isFloat else {
      throw ValidationError("--dtype is f64 or f32, not '\(name)'")
    }
    return element
  }

  static func sizes(_ assignments: [String]) throws -> [String: Int] {
    var sizes: [String: Int] = [:]
    for assignment in assignments.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let parts = assignment.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Int(parts[1]), value >= 0 else {
        throw ValidationError("--size wants NAME=NUMBER, not '\(assignment)'")
      }
      sizes[String(parts[0])] = value
    }
    return sizes
  }

  /// How the function is trained with an update rule, on one batch.
  func recipe(_ rule: String) throws -> Recipe {
    guard let function else { throw ValidationError("--train needs --function, the loss") }
    var recipe = Recipe(loss: function)
    recipe.optimizer = rule
    recipe.seed = seed
    recipe.floatType = try SourceOptions.floatType(dtype)
    recipe.sizes = try SourceOptions.sizes(size)
    return recipe
  }

  func module() throws -> Module {
    Module(checking: try text(), options: try options())
  }

  /// The formula that is meant; its warnings are reported at once.
  func formula() throws -> Formula { try formula(of: try module()) }

  /// The same of a module that has been checked.
  func formula(of module: Module) throws -> Formula {
    let formula = try Formula(module, function: function, pipeline: Pipeline(strict: strict, checkpoint: checkpoint))
    StandardError.report(formula.warnings, in: formula.source)
    return formula
  }

  /// The formula with the sizes that the arrays of a point have, and the point, which must be given: files are read once.
  func formula(at point: PointOptions) throws -> (formula: Formula, columns: [Column]) {
    let formula = try formula()
    if point.isEmpty {
      // Sizes have values where their parameters have defaults.
      let sized = try bound(formula, at: Point([]))
      let started = sized.openSizes.isEmpty ? try sized.started(seed: seed) : sized
      return (started, try point.requiredColumns(for: started))
    }
    let values = try point.point(for: formula)
    let bound = try bound(formula, at: values).started(seed: seed)
    return (bound, try point.columns(for: bound, at: values))
  }

  /// The formula with the sizes that the arrays of a point have; itself where all sizes are known or no point is given.
  func bound(_ formula: Formula, at point: PointOptions) throws -> Formula {
    if formula.openSizes.isEmpty { return try formula.started(seed: seed) }
    if point.isEmpty { return formula }
    return try bound(formula, at: try point.point(for: formula)).started(seed: seed)
  }

  /// The same of a point that has been read.
  func bound(_ formula: Formula, at point: Point) throws -> Formula {
    var binding = SizeBinding(formula.module?.options.sizes ?? [:])
    try binding.bind(formula, at: point, path: "at")
    return try formula.bound(to: binding.sizes)
  }
}
