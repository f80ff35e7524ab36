import Foundation

/// The lines of earlier sessions, under the XDG state directory.
struct History {
  private static let limit = 1000
  private let file: URL?

  init() {
    let environment = ProcessInfo.processInfo.environment
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      file = URL(fileURLWithPath: state).appendingPathComponent("nabla/history")
    } else if let home = environment["HOME"], !home.isEmpty {
      file = URL(fileURLWithPath: home).appendingPathComponent(".local/state/nabla/history")
    } else {
      file = nil
    }
  }

  func load() -> [String] {
    guard let file, let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").suffix(History.limit).map { String($0) }
  }

  /// A history that cannot be kept is no reason to disturb anybody.
  func save(_ lines: [String]) {
    guard let file else { return }
    let text = lines.suffix(History.limit).map { $0.replacingOccurrences(of: "\n", with: " ") }.joined(separator: "\n")
    try? FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try? Data(text.utf8).write(to: file, options: .atomic)
  }
}
