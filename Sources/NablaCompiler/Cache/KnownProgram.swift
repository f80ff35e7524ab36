import Foundation
import NablaDiagnostics

/// What became of a program that this build has compiled before: all that its kernel needs beside its library.
///
/// A text has to be planned and written before its kernel can be looked for, which takes most of the time of loading.
/// So the cache notes under a digest of the program, and of all else that its text depends on, where the kernel is.
struct KnownProgram: Equatable, Sendable {
  /// The key of the library.
  let key: String
  let workspaceSize: Int
  let threads: Int
  let profiled: Int
  /// Where a call can fail: ranges of the source, by number.
  let sites: [[SourceRange]]

  // A digest, then what it is the digest of: the key, and numbers of eight bytes.

  private static let digestLength = 64

  /// A file's content. It tells whether it is damaged, and for which program it was written.
  func bytes(for program: String) -> [UInt8] {
    var body = Array(key.utf8)
    func append(_ number: Int) { withUnsafeBytes(of: UInt64(number).littleEndian) { body += $0 } }
    append(workspaceSize)
    append(threads)
    append(profiled)
    append(sites.count)
    for site in sites {
      append(site.count)
      for range in site {
        append(Int(range.lower))
        append(Int(range.upper))
      }
    }
    return Array(KnownProgram.digest(body, program).utf8) + body
  }

  /// What ``bytes(for:)`` wrote; `nil` for anything else.
  init?(_ bytes: [UInt8], for program: String) {
    guard bytes.count >= 2 * KnownProgram.digestLength else { return nil }
    let body = Array(bytes[KnownProgram.digestLength...])
    guard KnownProgram.digest(body, program).utf8.elementsEqual(bytes[..<KnownProgram.digestLength]) else { return nil }
    key = String(decoding: body[..<KnownProgram.digestLength], as: UTF8.self)
    var place = KnownProgram.digestLength
    func number() -> Int? {
      guard place + 8 <= body.count else { return nil }
      defer { place += 8 }
      let word = body.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
      return Int(exactly: UInt64(littleEndian: word))
    }
    guard let workspaceSize = number(), let threads = number(), let profiled = number(), let count = number(),
      count <= body.count
    else { return nil }
    (self.workspaceSize, self.threads, self.profiled) = (workspaceSize, threads, profiled)
    var sites: [[SourceRange]] = []
    for _ in 0..<count {
      var ranges: [SourceRange] = []
      guard let length = number(), length <= body.count else { return nil }
      for _ in 0..<length {
        guard let lower = number(), let upper = number() else { return nil }
        ranges.append(SourceRange(lower, upper))
      }
      sites.append(ranges)
    }
    self.sites = sites
  }

  init(key: String, workspaceSize: Int, threads: Int, profiled: Int, sites: [[SourceRange]]) {
    self.key = key
    self.workspaceSize = workspaceSize
    self.threads = threads
    self.profiled = profiled
    self.sites = sites
  }

  private static func digest(_ body: [UInt8], _ program: String) -> String {
    SHA256.hexadecimal(Array(program.utf8) + body)
  }
}

extension KernelCache {
  static let programPrefix = "program-"

  private func file(_ program: String) -> String { "\(directoryPath)/\(KernelCache.programPrefix)\(program)" }

  /// What is noted of a program, by its digest.
  func known(_ program: String) -> KnownProgram? {
    let file = file(program)
    guard let bytes = FileBytes.read(file), let known = KnownProgram(bytes, for: program) else { return nil }
    utimes(file, nil)
    return known
  }

  /// Notes what became of a program. A note that cannot be written costs time, no more.
  func note(_ known: KnownProgram, for program: String) {
    try? Data(known.bytes(for: program)).write(to: URL(fileURLWithPath: file(program)), options: .atomic)
  }
}
