import Foundation

/// A shared library that stays loaded as long as somebody holds it.
///
/// `@unchecked Sendable`: the handle is set once and only read; the dynamic linker's functions may be called from any
/// thread, and the library is closed when the last reference goes, when nobody can call into it any more.
final class NativeLibrary: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  /// - Throws: ``CompilerError/loading(path:message:)`` with the linker's words.
  init(path: String) throws(CompilerError) {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .loading(path: path, message: dlerror().map { String(cString: $0) } ?? "no reason given")
    }
    self.handle = handle
  }

  deinit { dlclose(handle) }

  /// The address of a function; valid while the library is held.
  func symbol(_ name: String) throws(CompilerError) -> UnsafeMutableRawPointer {
    guard let address = dlsym(handle, name) else { throw .loading(path: name, message: "no such function") }
    return address
  }
}
