import Foundation
import NablaData
import NablaDiagnostics
import NablaNetworks

/// Where a run is kept: the last state, to go on from, and the best one.
final class CheckpointFolder {
  private let path: String
  private let monitor: String
  private let keepsEpochs: Bool

  /// - Parameters:
  ///   - monitor: the measure that says which epoch is the best.
  ///   - keepsEpochs: whether the model of every epoch stays, under its number.
  init(_ path: String, monitor: String, keepsEpochs: Bool) throws {
    self.path = path
    self.monitor = monitor
    self.keepsEpochs = keepsEpochs
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw DataError.file(path: path, reason: "the folder cannot be made: \(SystemReason(error))")
    }
  }

  private var last: String { "\(path)/last.safetensors" }
  private var best: String { "\(path)/best.safetensors" }

  /// Goes on from the last state, if there is one.
  func resume(_ trainer: Trainer) throws {
    guard WholeFile(last).exists else { return }
    try trainer.resume(try Checkpoint(path: last), path: last)
    if trainer.earlyStopping?.restoresBest == true, WholeFile(best).exists {
      try trainer.keepBest(try Checkpoint(path: best), path: best)
    }
  }

  /// - Parameter record: the epoch that has ended; none in the middle of one.
  func save(_ trainer: Trainer, _ record: EpochRecord?) throws {
    try trainer.checkpoint.write(to: last)
    guard let record else { return }
    if keepsEpochs {
      let number = String(repeating: "0", count: max(4 - "\(record.epoch)".count, 0)) + "\(record.epoch)"
      try trainer.model.save(to: "\(path)/epoch-\(number).safetensors")
    }
    guard let value = record[monitor], !value.isNaN else { return }
    let before = trainer.history.dropLast().compactMap { $0[monitor] }.filter { !$0.isNaN }
    let isBest = before.allSatisfy { EarlyStopping.isBetter(value, than: $0, monitor: monitor) }
    if isBest { try trainer.model.save(to: best) }
  }
}
