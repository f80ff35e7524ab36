import Foundation

/// Reads lines of bytes from a file descriptor, and survives those that are too long.
struct LineReader {
  enum Line {
    case bytes([UInt8])
    /// A line beyond the limit; its bytes are gone.
    case tooLong
  }

  private let descriptor: Int32
  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  init(descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// The next line without its end, or `nil` at the end of the input. A last line needs no newline.
  mutating func next() -> Line? {
    var scanned = start
    var isTooLong = false
    while true {
      if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return isTooLong || end - start > limit ? .tooLong : .bytes(Array(buffer[start..<end]))
      }
      if buffer.count - start > limit { isTooLong = true }
      if isTooLong {
        buffer.removeAll(keepingCapacity: true)
      } else if start > 0 {
        buffer.removeSubrange(..<start)
      }
      start = 0
      scanned = buffer.count
      if isAtEnd {
        if isTooLong { return .tooLong }
        if buffer.isEmpty { return nil }
        defer { buffer.removeAll() }
        return .bytes(buffer)
      }
      fill()
    }
  }

  private mutating func fill() {
    let size = 1 << 16
    let before = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: size))
    let count = buffer.withUnsafeMutableBytes { bytes -> Int in
      var count: Int
      repeat { count = read(descriptor, bytes.baseAddress.map { $0 + before }, size) } while count < 0 && errno == EINTR
      return count
    }
    buffer.removeLast(size - max(count, 0))
    if count <= 0 { isAtEnd = true }
  }
}
