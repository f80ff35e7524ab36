import Foundation
import NablaData
import NablaNetworks

/// The lines of a run, one an epoch, and with JSON perhaps one every so many steps: JSON, or a table where the file's name
/// ends in `.csv`.
final class RunLog {
  private let handle: FileHandle
  private let isTable: Bool
  private var needsHeader: Bool

  init(path: String, appending: Bool) throws {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC)
    let descriptor = open(path, flags, 0o644)
    guard descriptor >= 0 else { throw DataError.file(path: path, reason: String(cString: strerror(errno))) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    isTable = path.lowercased().hasSuffix(".csv")
    needsHeader = isTable && lseek(descriptor, 0, SEEK_END) == 0
  }

  /// The line of a step.
  func write(_ progress: TrainingProgress) throws {
    try handle.write(contentsOf: Data((progress.json.text + "\n").utf8))
  }

  func write(_ record: EpochRecord) throws {
    guard isTable else { return try handle.write(contentsOf: Data((record.json.text + "\n").utf8)) }
    let members = record.json.members ?? []
    if needsHeader { try handle.write(contentsOf: Data((members.map(\.name).joined(separator: ",") + "\n").utf8)) }
    needsHeader = false
    try handle.write(contentsOf: Data((members.map(\.value.text).joined(separator: ",") + "\n").utf8))
  }
}
