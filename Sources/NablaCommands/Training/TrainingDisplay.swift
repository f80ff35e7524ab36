import Foundation
import NablaData
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
    let share = Double(progress.examples) / Double(max(progress.examplesPerEpoch, 1))
    let filled = Int(share * 24)
    let bar = String(repeating: "=", count: filled) + String(repeating: ".", count: 24 - filled)
    let left = Double(progress.examplesPerEpoch - progress.examples) / max(progress.speed, 1e-9)
    let measures = progress.measures.map { "\($0.name) \(TrainingDisplay.short($0.value))" }.joined(separator: "  ")
    write(
      "\r\u{1B}[Kepoch \(progress.epoch)/\(progress.epochs) [\(bar)] \(measures)  "
        + "\(Int(progress.speed))/s  \(TrainingDisplay.time(left)) left")
  }

  func clear() {
    if hasBar, last != nil { write("\r\u{1B}[K") }
    last = nil
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
    return "\(whole / 60) min \(whole % 60) s"
  }

  private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// The lines of a run, one an epoch.
final class RunLog {
  private let handle: FileHandle

  init(path: String, appending: Bool) throws {
    let flags = O_WRONLY | O_CREAT | (appending ? O_APPEND : O_TRUNC)
    let descriptor = open(path, flags, 0o644)
    guard descriptor >= 0 else { throw DataError.file(path: path, reason: String(cString: strerror(errno))) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  func write(_ record: EpochRecord) throws { try handle.write(contentsOf: Data((record.json.text + "\n").utf8)) }
}
