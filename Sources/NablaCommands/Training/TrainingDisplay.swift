import Foundation
import NablaNetworks

/// A bar on the terminal while an epoch runs, and one line for each that is done.
final class TrainingDisplay {
  private let isQuiet: Bool
  private let hasBar: Bool
  private var last: ContinuousClock.Instant?

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    hasBar = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  func show(_ progress: TrainingProgress) {
    if let record = progress.finished {
      clear()
      if !isQuiet { print(TrainingDisplay.line(record, of: progress.epochs)) }
      // A pipe is read while the run goes on.
      if !isQuiet { fflush(nil) }
      return
    }
    guard hasBar else { return }
    let now = ContinuousClock.now
    if let last, now - last < .milliseconds(100) { return }
    last = now
    write("\r\u{1B}[K" + TrainingDisplay.bar(progress, width: Terminal.width(STDERR_FILENO)))
  }

  func clear() {
    if hasBar, last != nil { write("\r\u{1B}[K") }
    last = nil
  }

  /// `epoch 3/10 [=========...............] loss 0.2134  accuracy 0.9381  52310/s  1.2 s left`, as much of it as a line
  /// holds: the bar becomes shorter first, then measures are left out, from the last one, then the speed.
  static func bar(_ progress: TrainingProgress, width: Int) -> String {
    let share = Double(progress.examples) / Double(max(progress.examplesPerEpoch, 1))
    let left = Double(progress.examplesPerEpoch - progress.examples) / max(progress.speed, 1e-9)
    let head = "epoch \(progress.epoch)/\(progress.epochs)"
    var measures = progress.measures.map { "\($0.name) \(short($0.value))" }
    var tail = ["\(Int(min(progress.speed, 1e15)))/s", "\(time(left)) left"]
    // The last column stays free: some terminals go to the next line there.
    let room = max(width - 1, 1)
    while true {
      let text = (measures + tail).joined(separator: "  ")
      let cells = min(24, room - head.count - text.count - 4)
      if cells >= 8 || measures.isEmpty && tail.isEmpty && cells >= 2 {
        let filled = min(max(Int(share * Double(cells)), 0), cells)
        let bar = String(repeating: "=", count: filled) + String(repeating: ".", count: cells - filled)
        return text.isEmpty ? "\(head) [\(bar)]" : "\(head) [\(bar)] \(text)"
      }
      if measures.count > 1 {
        measures.removeLast()
      } else if tail.count > 1 {
        tail.removeFirst()
      } else if !measures.isEmpty {
        measures.removeLast()
      } else if !tail.isEmpty {
        tail.removeLast()
      } else {
        return String(head.prefix(room))
      }
    }
  }

  /// `epoch 3/10  loss 0.2134  accuracy 0.9381  val_loss 0.2011  val_accuracy 0.9400  rate 0.001  1.2 s`
  static func line(_ record: EpochRecord, of epochs: Int) -> String {
    let measures =
      record.training.map { "\($0.name) \(short($0.value))" }
      + record.validation.map { "val_\($0.name) \(short($0.value))" }
    return "epoch \(record.epoch)/\(epochs)  \(measures.joined(separator: "  "))  rate \(short(record.rate))  "
      + time(record.seconds)
  }

  private static func short(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func time(_ seconds: Double) -> String {
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    let whole = Int(min(seconds, 1e9))
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
