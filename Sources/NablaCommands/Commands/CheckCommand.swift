import ArgumentParser
import Foundation
import Nabla
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// `nabla check`: both modes of differentiation against finite differences and against each other.
struct CheckCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the derivatives of a function against finite differences.",
    discussion: """
      Without --at, points are drawn at random (with --seed) where the function is finite.
      Example: nabla check 'f(x, y) = x*sin(y)' --at x=2,y=1
      """)

  @OptionGroup var input: SourceOptions
  @OptionGroup var point: PointOptions

  @Option(name: .long, parsing: .unconditional, help: "The largest relative difference that passes.")
  var tolerance: Double = 1e-6

  @Option(name: .long, parsing: .unconditional, help: "How many random points.")
  var points: Int = 5

  func validate() throws {
    if points < 1 { throw ValidationError("--points is at least 1, not \(points)") }
    if !(tolerance >= 0) { throw ValidationError("--tolerance is at least 0, not \(PlainNumber.text(tolerance))") }
  }

  func perform() throws {
    let formula = try input.bound(try input.formula(), at: point)
    try formula.requireSizes { "give it with --size \($0)=…" }
    let check = try GradientCheck(formula)
    let places =
      try point.columns(for: formula).map { [$0] }
      ?? check.randomPoints(points, seed: UInt64(bitPattern: Int64(input.seed)))
    if places.isEmpty {
      throw Diagnostic("check.no-point", "no point was found where the function is finite; give one with --at")
    }
    for (name, count) in check.sampled {
      StandardError.write(
        "note: of the \(count) elements of '\(name)' about \(GradientCheck.elementLimit) are compared")
    }
    var worst: Double?
    var undefined = 0
    for place in places {
      print("at " + check.values(at: place).map { "\($0)=\($1)" }.joined(separator: ", "))
      for row in try check.rows(at: place) {
        print("  \(row)")
        if row.isDefined { worst = max(worst ?? 0, row.difference) } else { undefined += 1 }
      }
    }
    if let worst { print(String(format: "largest difference %.1e", worst)) }
    if undefined > 0 {
      let what = worst == nil ? "nothing was compared" : "\(undefined) of them could not be compared"
      throw Diagnostic("check.not-finite", "not all derivatives are finite there, so \(what)")
    }
    if let worst, !(worst <= tolerance) { throw ExitStatus.failed }
  }
}
