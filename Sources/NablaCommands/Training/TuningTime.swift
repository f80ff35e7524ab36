import ArgumentParser

/// How long `--tune` looks for better kernels.
enum TuningTime {
  private static let limit = 86_400.0

  /// - Throws: `ValidationError` where it is no number of seconds up to a day.
  static func require(_ seconds: Double?) throws {
    guard let seconds, !(seconds > 0 && seconds <= limit) else { return }
    throw ValidationError("--tune is a number of seconds up to \(Int(limit))")
  }
}
