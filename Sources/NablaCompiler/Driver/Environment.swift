import Foundation

/// Variables of an environment: those that were given, or the process's own, of which each is asked for by itself. To
/// read them all takes a tenth of the time that loading a kernel does.
struct Environment {
  private let given: [String: String]?

  init(_ given: [String: String]?) { self.given = given }

  subscript(name: String) -> String? {
    if let given { return given[name] }
    return getenv(name).map { String(cString: $0) }
  }
}
