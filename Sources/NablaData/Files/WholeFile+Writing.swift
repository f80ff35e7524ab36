import Foundation
import NablaDiagnostics
import Synchronization

extension WholeFile {
  /// Writes the file whole or not at all: what was there before stays until the new one is on the disk.
  ///
  /// The bytes go into a file beside it, which then takes its name. A process that is killed in between leaves that file,
  /// which the next one that writes here takes away. What is no file, such as a pipe, is written as it is; of a link, what
  /// it leads to.
  public func write(_ bytes: some Sequence<UInt8>) throws(DataError) {
    let bytes = Array(bytes)
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      return try OpenFile(path, O_WRONLY, named: path).fill(bytes)
    }
    if exists, access(path, W_OK) != 0 { throw .file(path: path, reason: "\(SystemReason(errno: errno))") }
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let partial = PartialFile(of: target)
    partial.removeAbandoned()
    do throws(DataError) {
      let file = try OpenFile(partial.path, O_WRONLY | O_CREAT | O_EXCL, named: path)
      if exists { _ = fchmod(file.descriptor, status.st_mode & 0o7777) }
      try file.fill(bytes)
      guard rename(partial.path, target.path) == 0 else {
        throw .file(path: path, reason: "\(SystemReason(errno: errno))")
      }
    } catch {
      unlink(partial.path)
      throw error
    }
  }
}

/// The file beside another one that becomes it when it is complete. Its name says which process writes it.
private struct PartialFile {
  private let folder: URL
  private let prefix: String
  private let number: Int

  private static let ending = ".partial"
  private static let count = Atomic(0)

  init(of target: URL) {
    folder = target.deletingLastPathComponent()
    // Names have at most 255 bytes.
    prefix = "." + String(decoding: target.lastPathComponent.utf8.prefix(180), as: UTF8.self) + "."
    number = PartialFile.count.add(1, ordering: .relaxed).newValue
  }

  var path: String { folder.appendingPathComponent("\(prefix)\(getpid()).\(number)\(PartialFile.ending)").path }

  /// Takes away what processes have left that are no more.
  func removeAbandoned() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(PartialFile.ending) {
      let numbers = name.dropFirst(prefix.count).dropLast(PartialFile.ending.count).split(separator: ".")
      guard numbers.count == 2, let process = pid_t(numbers[0]), process > 0, Int(numbers[1]) != nil else { continue }
      if kill(process, 0) != 0, errno == ESRCH { unlink(folder.appendingPathComponent(name).path) }
    }
  }
}

/// A file that is open until nobody needs it.
private final class OpenFile {
  let descriptor: Int32
  private let name: String

  /// - Parameter name: what messages call it.
  init(_ path: String, _ flags: Int32, named name: String) throws(DataError) {
    self.name = name
    descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .file(path: name, reason: "\(SystemReason(errno: errno))") }
  }

  deinit { close(descriptor) }

  /// Writes all of it, and waits until a disk has it.
  func fill(_ bytes: [UInt8]) throws(DataError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { room in
        room.baseAddress.map { Foundation.write(descriptor, $0 + done, bytes.count - done) } ?? 0
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw .file(path: name, reason: "\(SystemReason(errno: errno))") }
      done += written
    }
    // Pipes and devices have no disk.
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP {
      throw .file(path: name, reason: "\(SystemReason(errno: errno))")
    }
  }
}
