import Foundation
import NablaDiagnostics
import NablaGraph
import NablaRuntime
import TestSupport
import Testing

@testable import NablaCompiler

/// Kernels that are found by their program, before a text is written.
@Suite(.needsCompiler)
struct KnownProgramTests {
  private func formula(_ constant: Int) -> Program {
    program(1) { graph, x in [graph.apply(.add, x[0], graph.constant(Constant(constant)))] }
  }

  private func compiler(
    _ cache: KernelCache, _ options: CompilerOptions = CompilerOptions()
  ) throws -> KernelCompiler {
    KernelCompiler(compiler: try #require(Compilers.all.first), cache: cache, options: options)
  }

  private func notes(_ cache: KernelCache) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: cache.directory, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix(KernelCache.programPrefix) }
  }

  private func digest(_ note: URL) -> String {
    String(note.lastPathComponent.dropFirst(KernelCache.programPrefix.count))
  }

  private let isKnown = BuildIdentity.own != nil

  @Test func `this build has an identity where the linker notes one`() {
    #if os(Linux)
      #expect((BuildIdentity.own?.count ?? 0) >= 8)
      #expect(BuildIdentity.own?.contains { $0 != 0 } == true)
    #endif
  }

  @Test func `a note alone leads to a kernel`() throws {
    let scratch = try TemporaryDirectory()
    let cache = try KernelCache(directory: scratch.url)
    let compiler = try compiler(cache)
    for constant in [1, 2] { _ = try compiler.compile(formula(constant)) }
    let notes = try notes(cache)
    #expect(notes.count == (isKnown ? 2 : 0))
    if !isKnown { return }
    // Each program's note leads to the other one's kernel: which nobody who writes the text would find.
    let known = try notes.map { try #require(cache.known(digest($0))) }
    #expect(known[0].key != known[1].key)
    cache.note(known[1], for: digest(notes[0]))
    cache.note(known[0], for: digest(notes[1]))
    #expect(try compiler.compile(formula(1)).evaluate(["x0": [10]]) == [[12]])
    #expect(try compiler.cached(formula(2))?.evaluate(["x0": [10]]) == [[11]])
  }

  @Test(arguments: ["empty", "garbage", "missing", "cut", "flipped", "another", "directory"])
  func `a damaged note is not believed`(_ damage: String) throws {
    let scratch = try TemporaryDirectory()
    let cache = try KernelCache(directory: scratch.url)
    let compiler = try compiler(cache)
    _ = try compiler.compile(formula(3))
    guard let note = try notes(cache).first else { return }
    _ = try compiler.compile(formula(4))
    let other = try #require(try notes(cache).first { $0.lastPathComponent != note.lastPathComponent })
    var content = try Data(contentsOf: note)
    let whole = content
    try FileManager.default.removeItem(at: note)
    switch damage {
    case "empty": try Data().write(to: note)
    case "garbage": try Data("not what was written".utf8).write(to: note)
    case "cut": try content.dropLast(8).write(to: note)
    case "flipped":
      content[80] ^= 1
      try content.write(to: note)
    case "another": try Data(contentsOf: other).write(to: note)
    case "directory": try FileManager.default.createDirectory(at: note, withIntermediateDirectories: false)
    default: break
    }
    #expect(cache.known(digest(note)) == nil)
    let kernel = try compiler.compile(formula(3))
    #expect(kernel.isFromCache)
    #expect(try kernel.evaluate(["x0": [10]]) == [[13]])
    // It is written again where that is possible.
    if damage != "directory" { #expect(try Data(contentsOf: note) == whole) }
  }

  @Test func `a note whose kernel has left is no harm`() throws {
    let scratch = try TemporaryDirectory()
    let cache = try KernelCache(directory: scratch.url)
    let compiler = try compiler(cache)
    _ = try compiler.compile(formula(5))
    for item in try FileManager.default.contentsOfDirectory(at: cache.directory, includingPropertiesForKeys: nil)
    where item.lastPathComponent.hasPrefix("kernel-") { try FileManager.default.removeItem(at: item) }
    let kernel = try compiler.compile(formula(5))
    #expect(!kernel.isFromCache)
    #expect(try kernel.evaluate(["x0": [10]]) == [[15]])
  }

  @Test func `what the text depends on is part of the name`() throws {
    let scratch = try TemporaryDirectory()
    let cache = try KernelCache(directory: scratch.url)
    let f = program([("A", .array(4, 4)), ("B", .array(4, 4))]) { graph, x in
      [graph.append(.contract(Contraction([0, 1], [1, 2], to: [0, 2])), x, type: TensorType())]
    }
    var small = CompilerOptions()
    small.unit = VectorUnit(bytes: 16, registers: 16)
    var plain = CompilerOptions()
    plain.native = false
    var fine = CompilerOptions()
    fine.grain = 1
    var requests: [KernelCompiler.Request] = []
    for options in [CompilerOptions(), CompilerOptions(strict: true), small, plain, fine] {
      requests.append(try KernelCompiler.Request(f, for: compiler(cache, options), threads: 1))
    }
    requests.append(try KernelCompiler.Request(f, for: compiler(cache), threads: 2))
    requests.append(try KernelCompiler.Request(f, for: compiler(cache), threads: 1, profiles: true))
    // What has been measured of products changes their text.
    var choices = TileChoices()
    choices["product"] = TileChoice(height: 4, width: 2, depthBytes: 4096)
    let file = try #require(try compiler(cache).choicesFile)
    try choices.add(to: URL(fileURLWithPath: file))
    requests.append(try KernelCompiler.Request(f, for: compiler(cache), threads: 1))
    #expect(Set(requests.map(\.digest)).count == (isKnown ? requests.count : 1))
    #expect(try KernelCompiler.Request(f, for: compiler(cache), threads: 1).digest == requests.last?.digest)
  }

  @Test func `a kernel by its note knows where it fails`() throws {
    let scratch = try TemporaryDirectory()
    let compiler = try compiler(KernelCache(directory: scratch.url))
    func rows(_ place: Int) -> Program {
      program([("x", .array(3)), ("k", .array(2, of: .i64))]) { graph, x in
        graph.currentOrigin = graph.intern(Origin(SourceRange(place, place + 4)))
        return [graph.append(.gather(Gather(axes: [0])), x, type: TensorType())]
      }
    }
    for place in [7, 7, 9, 7] {
      let kernel = try compiler.compile(rows(place))
      let expected = ExecutionError.indexOutOfRange(
        IndexOutOfRange(value: 3, extent: 3, axis: 0, ranges: [SourceRange(place, place + 4)], point: 0))
      #expect(throws: expected) { try kernel.evaluate(["x": [1, 2, 3], "k": [0, 3]]) }
    }
  }
}
