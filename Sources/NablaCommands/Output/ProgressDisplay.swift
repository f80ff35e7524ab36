import Foundation
import NablaOptimization

/// One line on the terminal that says how far a search has come.
final class ProgressDisplay {
  private let isShown: Bool
  private var last: ContinuousClock.Instant?

  /// - Parameter isQuiet: whether nothing is shown, as on anything but a terminal.
  init(isQuiet: Bool) { isShown = !isQuiet && isatty(STDERR_FILENO) == 1 }

  /// Shows the line, at most ten times a second.
  func show(_ progress: Minimizer.Progress) {
    guard isShown else { return }
    let now = ContinuousClock.now
    if let last, now - last < .milliseconds(100) { return }
    last = now
    let value = ProgressDisplay.short(progress.value)
    write(
      "\r\u{1B}[Kiteration \(progress.iteration): \(value), largest derivative \(ProgressDisplay.short(progress.slope))"
    )
  }

  func clear() {
    if isShown, last != nil { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

  /// A few digits.
  static func short(_ value: Double) -> String { String(format: "%.3g", value) }
}
