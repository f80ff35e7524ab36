import Foundation
import NablaData
import NablaNetworks

/// Where a run is kept: the last state, to go on from, and the best one.
final class CheckpointFolder {
  private let path: String
  private let monitor: String

  init(_ path: String, monitor: String) throws {
    self.path = path
    self.monitor = monitor
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw DataError.file(path: path, reason: "the folder cannot be made")
    }
  }

  private var last: String { "\(path)/last.safetensors" }
  private var best: String { "\(path)/best.safetensors" }

  /// Goes on from the last state, if there is one.
  func resume(_ trainer: Trainer) throws {
    guard FileManager.default.fileExists(atPath: last) else { return }
    try trainer.resume(try Checkpoint(path: last), path: last)
  }

  /// - Parameter record: the epoch that has ended; none in the middle of one.
  func save(_ trainer: Trainer, _ record: EpochRecord?) throws {
    let checkpoint = trainer.checkpoint
    try checkpoint.write(to: last)
    guard let record, let value = record[monitor] else { return }
    let before = trainer.history.dropLast().compactMap { $0[monitor] }
    let isBest = before.allSatisfy { EarlyStopping.isBetter(value, than: $0, monitor: monitor) }
    if isBest { try checkpoint.write(to: best) }
  }
}

/// Weights by name, in the format that the file's name ends in.
enum WeightFile {
  static func write(_ tensors: [NamedTensor], to path: String) throws {
    if path.hasSuffix(".safetensors") {
      try Checkpoint.weights(tensors).write(to: path)
    } else {
      try DataFile(path: path).write(tensors)
    }
  }

  static func read(_ path: String) throws -> [NamedTensor] {
    path.hasSuffix(".safetensors") ? try Checkpoint(path: path).tensors : try DataFile(path: path).tensors()
  }
}
