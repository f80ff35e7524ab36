import Synchronization

/// The workspaces of a kernel between its calls: as many as calls have run at once.
///
/// A large block that is new at every call would have each of its pages mapped and cleared by the system again.
final class WorkspacePool: Sendable {
  let size: Int
  /// Addresses of blocks that no call uses.
  private let free = Mutex<[UInt]>([])

  init(size: Int) { self.size = size }

  deinit {
    for address in free.withLock({ $0 }) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  /// Calls `body` with a block that nobody else uses until it returns.
  func withWorkspace<Result>(_ body: (UnsafeMutableRawPointer) -> Result) -> Result {
    let known = free.withLock { $0.popLast() }.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
    let block = known ?? .allocate(byteCount: size, alignment: 64)
    defer { free.withLock { $0.append(UInt(bitPattern: block)) } }
    return body(block)
  }
}
