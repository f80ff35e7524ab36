import CGraphviz
import Synchronization

/// What Graphviz has to say. It would go to standard error and be lost to the caller.
///
/// Graphviz reports through a C function without a context, so the log is one for the process, as the library is.
enum MessageLog {
  private static let text = Mutex<[UInt8]>([])
  /// A hostile text can be quoted back in full; nobody reads more than this.
  private static let limit = 4_096

  /// Sends errors here instead of to standard error, and drops warnings.
  static func install() {
    _ = agseterr(AGERR)
    _ = agseterrf { piece in
      if let piece { MessageLog.append(piece) }
      return 0
    }
  }

  private static func append(_ piece: UnsafePointer<CChar>) {
    text.withLock { text in
      var next = piece
      while next.pointee != 0, text.count < limit {
        text.append(UInt8(bitPattern: next.pointee))
        next += 1
      }
    }
  }

  /// Empties the log; `nil` when nothing was reported.
  static func take() -> String? {
    let bytes = text.withLock { text in
      defer { text.removeAll() }
      return text
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
      line.hasPrefix("Error: ") ? line.dropFirst(7) : line
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }
}
