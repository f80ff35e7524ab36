import Foundation

/// The processor of this machine, as far as compiled code depends on it.
public enum Processor {
  /// The architecture and the instruction sets, so that a cache in a home directory serves different machines.
  public static let identity: String = architecture + " " + features

  /// Bytes of the last cache that one core can count on. Large processors, and machines that are parts of one, name what
  /// many cores share.
  static let lastCacheSize: Int = {
    let usual = 32 << 20
    #if canImport(Glibc)
      let size = sysconf(Int32(_SC_LEVEL3_CACHE_SIZE))
      if size > 0 { return min(size, usual) }
    #endif
    return usual
  }()

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }

  private static var features: String {
    #if os(Linux)
      // All cores are described; the first is enough, and the system takes its time for each of them.
      guard let bytes = FileBytes.read("/proc/cpuinfo", limit: 4 << 10) else { return "" }
      let lines = bytes.split(separator: UInt8(ascii: "\n"))
      return ["model name", "flags", "Features", "CPU implementer", "CPU part"]
        .compactMap { key in lines.first { $0.starts(with: key.utf8) } }
        .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "; ")
    #elseif canImport(Darwin)
      var size = 0
      sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
      var text = [UInt8](repeating: 0, count: size)
      sysctlbyname("machdep.cpu.brand_string", &text, &size, nil, 0)
      return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    #else
      return ""
    #endif
  }
}
