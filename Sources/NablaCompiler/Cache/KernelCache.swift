import Foundation
import NablaDiagnostics

/// Compiled kernels by content, under the user's cache directory.
///
/// An entry is a directory, named by the SHA-256 digest of everything that the library depends on, with the source, the
/// library and the library's own digest. It is prepared elsewhere and moved into place as a whole, so that any number
/// of processes may work at once; the last reader decides by the digest whether a library is what was written, and a
/// damaged entry is made again. Beside them lie notes by program (``KnownProgram``). When the cache outgrows its limit,
/// what was not used for longest leaves.
public struct KernelCache: Sendable {
  private let root: PrivateDirectory
  /// Bytes that the entries may take together.
  public let byteLimit: Int
  /// Seconds between two looks at everything that the cache holds.
  public let trimInterval: Double

  public var directory: URL { root.url }
  var directoryPath: String { root.path }

  /// Where kernels of this user are kept: `$XDG_CACHE_HOME/nabla`, `~/Library/Caches/nabla` on macOS, or
  /// `~/.cache/nabla`; `nil` without a home.
  public static func standardDirectory(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL? {
    standardPath(environment: Environment(environment)).map { URL(fileURLWithPath: $0, isDirectory: true) }
  }

  static func standardPath(environment: Environment) -> String? {
    // A relative path is not valid there, says the XDG base directory specification.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return cache + (cache.hasSuffix("/") ? "nabla" : "/nabla")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    #if os(macOS)
      let caches = "Library/Caches"
    #else
      let caches = ".cache"
    #endif
    return home + (home.hasSuffix("/") ? "" : "/") + caches + "/nabla"
  }

  /// Opens the cache in a directory, which is made if it is missing.
  ///
  /// - Throws: ``CompilerError/untrustedDirectory(path:reason:)`` if others than the user may enter it,
  ///   ``CompilerError/file(path:message:)``.
  public init(directory: URL, byteLimit: Int = 256 << 20, trimInterval: Double = 60) throws(CompilerError) {
    try self.init(path: directory.path, byteLimit: byteLimit, trimInterval: trimInterval)
  }

  init(path: String, byteLimit: Int = 256 << 20, trimInterval: Double = 60) throws(CompilerError) {
    root = try PrivateDirectory(path)
    self.byteLimit = byteLimit
    self.trimInterval = trimInterval
  }

  /// The key of a library: a digest of all that it depends on, each part with its length.
  static func key(_ parts: [String]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.reduce(0) { $0 + $1.utf8.count + 8 })
    for part in parts {
      bytes += "\(part.utf8.count):".utf8
      bytes += part.utf8
    }
    return SHA256.hexadecimal(bytes)
  }

  private static let digestName = "digest"
  private static let entryPrefix = "kernel-"
  private static let workPrefix = "work-"

  // Paths, not URLs: making the first URL of a process takes a tenth of the time that loading does.
  private func entry(_ key: String) -> String { "\(root.path)/\(KernelCache.entryPrefix)\(key)" }

  /// The path of the library of a key, if it is there and whole.
  func library(for key: String) -> String? {
    let entry = entry(key)
    guard KernelCache.isWhole(entry) else { return nil }
    // The time of last use, by which entries leave.
    utimes(entry, nil)
    return "\(entry)/\(CompilerDriver.libraryName)"
  }

  private static func isWhole(_ entry: String) -> Bool {
    guard
      let digest = FileBytes.read("\(entry)/\(digestName)"),
      let library = FileBytes.read("\(entry)/\(CompilerDriver.libraryName)")
    else { return false }
    return SHA256.hexadecimal(library) == String(decoding: digest, as: UTF8.self)
  }

  /// A new private directory on the file system of the cache.
  func workDirectory() throws(CompilerError) -> URL {
    try PrivateDirectory("\(root.path)/\(KernelCache.workPrefix)\(UUID().uuidString)").url
  }

  /// Makes a work directory with a library in it the entry of a key.
  ///
  /// If another process was quicker, its entry stays.
  /// - Throws: ``CompilerError/file(path:message:)``.
  func publish(_ work: URL, as key: String) throws(CompilerError) {
    let entry = entry(key)
    defer { try? FileManager.default.removeItem(at: work) }
    do {
      let library = try Data(contentsOf: work.appendingPathComponent(CompilerDriver.libraryName))
      let digest = SHA256.hexadecimal(library)
      try Data(digest.utf8).write(to: work.appendingPathComponent(KernelCache.digestName))
    } catch {
      throw .file(path: work.path, message: "\(SystemReason(error))")
    }
    for _ in 0..<16 {
      if rename(work.path, entry) == 0 {
        trimIfDue()
        return
      }
      guard errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR else { break }
      if KernelCache.isWhole(entry) { return }
      remove(entry)
    }
    throw .file(path: entry, message: String(cString: strerror(errno)))
  }

  /// Moves an entry out of sight before its files go, so that nobody finds half of it.
  private func remove(_ entry: String) {
    let away = "\(root.path)/\(KernelCache.workPrefix)\(UUID().uuidString)"
    if rename(entry, away) == 0 { try? FileManager.default.removeItem(atPath: away) }
  }

  /// Looks through thousands of entries take longer than a compilation, so a file says when the last one was.
  private func trimIfDue() {
    let mark = directory.appendingPathComponent("trimmed")
    let last = try? mark.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
    if let last, (0..<trimInterval).contains(-last.timeIntervalSinceNow) { return }
    try? Data().write(to: mark)
    trim()
  }

  /// Removes the entries not used for longest until the rest is within three quarters of the limit, and what processes
  /// that ended early left behind.
  private func trim() {
    let keys: Set<URLResourceKey> = [.contentModificationDateKey]
    let items =
      (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: Array(keys))) ?? []
    var entries: [(url: URL, used: Date, size: Int)] = []
    for item in items {
      let used = (try? item.resourceValues(forKeys: keys))?.contentModificationDate ?? .distantPast
      if item.lastPathComponent.hasPrefix(KernelCache.workPrefix) {
        if used.timeIntervalSinceNow < -86_400 { try? FileManager.default.removeItem(at: item) }
      } else if item.lastPathComponent.hasPrefix(KernelCache.entryPrefix) {
        entries.append((item, used, KernelCache.size(of: item)))
      } else if item.lastPathComponent.hasPrefix(KernelCache.programPrefix) {
        entries.append((item, used, KernelCache.blockSize))
      }
    }
    var total = entries.reduce(0) { $0 + $1.size }
    if total <= byteLimit { return }
    for entry in entries.sorted(by: { $0.used < $1.used }) where total > byteLimit / 4 * 3 {
      remove(entry.url.path)
      total -= entry.size
    }
  }

  /// What a small file takes on a disk.
  private static let blockSize = 4 << 10

  private static func size(of entry: URL) -> Int {
    let keys: Set<URLResourceKey> = [.fileSizeKey]
    let files = (try? FileManager.default.contentsOfDirectory(at: entry, includingPropertiesForKeys: Array(keys))) ?? []
    return files.reduce(0) { $0 + ((try? $1.resourceValues(forKeys: keys))?.fileSize ?? 0) }
  }
}
