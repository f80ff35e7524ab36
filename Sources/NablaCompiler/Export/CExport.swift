import Foundation
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// A function as C files that need nothing but a C compiler: `NAME.c`, `NAME.h`, `NAME_main.c`, which tries them, and
/// `CMakeLists.txt`, which makes libraries and tests of all functions in the folder.
///
/// The header declares the function at one point, its gradient at one point, and the map over any number of points
/// with the kernel interface. Functions of arrays take and give them in row-major order. All three texts compile without
/// a warning as C11, and the header in C++ too. Names are made into identifiers; no other text of the program reaches a
/// file.
public struct CExport: Sendable {
  /// The identifier that files and functions begin with.
  public let name: String
  /// The text of `NAME.h`.
  public let header: String
  /// The text of `NAME.c`.
  public let source: String
  /// The text of `NAME_main.c`.
  public let main: String

  /// - Parameters:
  ///   - name: of the function.
  ///   - value: its value, or values, as roots.
  ///   - gradient: the value and then its partial derivatives by the inputs that are floats, in their order, as roots;
  ///     the inputs are those of `value`. Without it, only the value is exported.
  ///   - threads: the most that share a call of a function of arrays, where the files are compiled with OpenMP.
  ///   - points: where the test main evaluates, one number an input, or all numbers of an array; without points, at 1.
  ///   - strict: whether products of matrices round after every operation.
  ///   - grain: nanoseconds that a kernel over arrays takes at least, if threads share it.
  /// - Throws: ``CompilerError``, also if there are more than ``parameterLimit`` inputs or values of different types.
  public init(
    name: String, value: Program, gradient: Program? = nil, threads: Int = 1, points: [[Double]] = [],
    strict: Bool = false, grain: Double = ArrayPlan.usualGrain
  ) throws(CompilerError) {
    if !value.inlined().isScalar {
      let export = try ArrayExport(
        name: name, value: value, gradient: gradient, threads: threads, strict: strict, grain: grain)
      self.name = export.name
      header = export.header
      source = export.source
      main = ArrayExportMain(export: export, points: points).text
      return
    }
    let layout = try ExportLayout(name: name, value: value, gradient: gradient)
    self.name = layout.name
    header = layout.header
    source = layout.source
    main = ExportMain(layout: layout, points: points).text
  }

  /// More inputs than this are one array.
  public static let parameterLimit = 32

  /// The identifier that a name becomes.
  public static func identifier(_ name: String) -> String {
    var names = CIdentifier.forFunctions
    return names.unique(name)
  }

  /// The files by name.
  public var files: [(name: String, text: String)] {
    [("\(name).c", source), ("\(name).h", header), ("\(name)_main.c", main), CExport.cMakeFile]
  }

  /// The file that makes libraries and tests of all functions of its folder.
  public static var cMakeFile: (name: String, text: String) { (CMakeFile.name, CMakeFile.text) }

  /// Whether a file of that name is to be written where there is one with that beginning: a CMake file that somebody
  /// else wrote stays.
  ///
  /// - Parameter bytes: of the file that is there; read only where they matter.
  public static func replaces(_ name: String, _ bytes: @autoclosure () throws -> [UInt8]) rethrows -> Bool {
    if name != CMakeFile.name { return true }
    return try bytes().starts(with: CMakeFile.mark.utf8)
  }

  /// Writes the files.
  ///
  /// - Parameter directory: is made if it is missing.
  /// - Throws: ``CompilerError/file(path:message:)``.
  @discardableResult
  public func write(to directory: URL) throws(CompilerError) -> [URL] {
    var written: [URL] = []
    for (file, text) in files {
      let url = directory.appendingPathComponent(file)
      if let there = try? Data(contentsOf: url), !CExport.replaces(file, Array(there)) { continue }
      do {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
      } catch {
        throw .file(path: url.path, message: "\(SystemReason(error))")
      }
      written.append(url)
    }
    return written
  }
}
