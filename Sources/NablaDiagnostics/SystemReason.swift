import Foundation

/// Why the system refused, in its own few words, whatever Foundation wraps around them.
public struct SystemReason: CustomStringConvertible, Sendable {
  public let description: String

  public init(_ error: any Error) {
    var cause = error as NSError
    while let inner = cause.userInfo[NSUnderlyingErrorKey] as? any Error { cause = inner as NSError }
    description =
      cause.domain == NSPOSIXErrorDomain
      ? SystemReason.text(Int32(truncatingIfNeeded: cause.code)) : cause.localizedDescription
  }

  /// The reason of the last call that failed.
  public init(errno number: Int32) { description = SystemReason.text(number) }

  private static func text(_ number: Int32) -> String {
    String(cString: strerror(number)).lowercasingFirstLetter()
  }
}

extension String {
  fileprivate func lowercasingFirstLetter() -> String { prefix(1).lowercased() + dropFirst() }
}
