import CNablaBuild

/// Which build of Nabla this is: what it writes for a program may differ from what another one writes.
enum BuildIdentity {
  /// The linker's digest of the program or library that has this code; `nil` where it noted none.
  static let own: [UInt8]? = {
    var length: Int64 = 0
    guard let digest = nabla_build_identity(&length), length > 0 else { return nil }
    return Array(UnsafeBufferPointer(start: digest, count: Int(length)))
  }()
}
