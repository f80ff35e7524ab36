import Foundation
import NablaData
import TestSupport
import Testing

/// Files are written whole or not at all.
@Suite struct `Whole files` {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func path(_ name: String) throws -> String { try directory.write("before", to: name).path() }

  private func names(beside path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path
    ).sorted()
  }

  @Test func `keep their permissions, and leave nothing beside them`() throws {
    let path = try path("a.bin")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try WholeFile(path).write([1, 2, 3])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
    #expect(try names(beside: path) == ["a.bin"])
  }

  /// What a process that was killed has left is taken away, and what one writes that is alive is not.
  @Test func `take away what was abandoned`() throws {
    let path = try path("a.bin")
    let ended = Process()
    ended.executableURL = URL(fileURLWithPath: "/bin/sh")
    ended.arguments = ["-c", "exit 0"]
    try ended.run()
    ended.waitUntilExit()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let abandoned = ".a.bin.\(ended.processIdentifier).1.partial"
    let others = [
      ".a.bin.\(getpid()).999.partial", ".b.bin.\(ended.processIdentifier).1.partial", ".a.bin.x.1.partial",
    ]
    for name in [abandoned] + others { try Data([0]).write(to: folder.appendingPathComponent(name)) }
    try WholeFile(path).write([1])
    #expect(try names(beside: path) == (others + ["a.bin"]).sorted())
  }

  @Test func `of a link are what it leads to`() throws {
    let path = try path("a.bin")
    let link = path + ".link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    try WholeFile(link).write([7])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([7]))
  }

  @Test(arguments: ["/dev/full", "/nowhere/at/all", "/"])
  func `that cannot be written are errors`(_ path: String) throws {
    let error = #expect(throws: DataError.self) { try WholeFile(path).write([1, 2, 3]) }
    #expect(error?.description.contains(path) == true)
    #expect(FileManager.default.fileExists(atPath: "/dev/full"))
  }

  @Test func `may be devices`() throws { try WholeFile("/dev/null").write([1, 2, 3]) }
}
