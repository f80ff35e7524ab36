import Foundation

/// Where things are when the tests run.
enum BuiltCommand {
  /// The `nabla` that was built with these tests; `nil` when it is not there.
  static let nabla = built("nabla")

  /// The Swift program among the examples.
  static let newtonMethod = built("NewtonMethod")

  private static func built(_ name: String) -> URL? {
    // The tests' own program on Linux; on macOS a bundle that another program loads.
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let program = CommandLine.arguments.first.map { URL(filePath: $0) }
    return [bundle, program].compactMap { $0?.deletingLastPathComponent().appending(path: name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path()) }
  }

  /// The top of the package.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Markdown file that a reader may follow, by its path from the top.
  static let documents = (["README.md"] + files(below: "docs") + files(below: "examples"))
    .filter { $0.hasSuffix(".md") }.sorted()

  /// Every program among the examples.
  static let examples = files(below: "examples").filter { $0.hasSuffix(".nabla") }.sorted()

  private static func files(below folder: String) -> [String] {
    FileManager.default.enumerator(atPath: root.appending(path: folder).path())?
      .compactMap { ($0 as? String).map { "\(folder)/\($0)" } } ?? []
  }
}
