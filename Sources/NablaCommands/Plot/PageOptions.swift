import ArgumentParser
import NablaPlots

/// What a plot looks like: its size, its title, and what its axes are called.
struct PageOptions: ParsableArguments {
  @Option(name: .long, help: "Which axes are logarithmic: x, y or xy.")
  var log: String = ""

  @Option(name: .long, help: "A line above the picture.")
  var title: String = ""

  @Option(name: .customLong("x-label"), help: "What the axis to the right is called; empty for nothing.")
  var xLabel: String?

  @Option(name: .customLong("y-label"), help: "What the axis upwards is called; empty for nothing.")
  var yLabel: String?

  @Flag(name: .customLong("equal"), help: "One unit is as long on both axes of a contour plot.")
  var hasEqualUnits = false

  @Option(name: .long, help: "In pixels. With one of both sizes, the other follows.")
  var width: Double?

  @Option(name: .long, help: "In pixels.")
  var height: Double?

  func validate() throws {
    if !log.allSatisfy({ "xy".contains($0) }) { throw ValidationError("--log is x, y or xy, not '\(log)'") }
    for (name, size) in [("--width", width), ("--height", height)] {
      if let size, !(100...10_000).contains(size) {
        throw ValidationError("\(name) is between 100 and 10000 pixels, not \(size)")
      }
    }
  }

  /// - Parameter name: what the axis is called where the user says nothing.
  func x(_ name: String = "", isCount: Bool = false) -> Axis {
    Axis(xLabel ?? name, isLogarithmic: log.contains("x"), isCount: isCount)
  }

  func y(_ name: String = "") -> Axis { Axis(yLabel ?? name, isLogarithmic: log.contains("y")) }

  /// - Throws: a usage error where the picture would be lower than 100 or higher than 10,000 pixels.
  func svg(of plot: any Plot) throws -> String {
    let preferred = plot.preferredSize
    let ratio = preferred.width / preferred.height
    let size = (width: width ?? height.map { $0 * ratio }, height: height ?? width.map { $0 / ratio })
    guard let width = size.width, let height = size.height else { return plot.svg }
    return plot.svg(width: max(width, 100), height: max(height, 100))
  }
}

/// Names of a program as people read them.
enum ReadableName {
  static func text(_ name: String) -> String { String(name.map { $0 == "_" ? " " : $0 }) }
}
