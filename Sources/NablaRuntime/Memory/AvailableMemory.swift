#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much memory this process could still have.
public enum AvailableMemory {
  /// Bytes, the least of what the machine has free, what its control group leaves and what the process is limited to;
  /// `nil` where the system does not say.
  public static var bytes: Int? { [machine, controlGroup, limit].compactMap(\.self).min() }

  /// What Linux estimates can be had without swapping; elsewhere all that is built in.
  private static var machine: Int? {
    #if os(Linux)
      guard
        let line = contents(of: "/proc/meminfo")?.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }
        ),
        let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { return nil }
      return kilobytes * 1024
    #else
      var size: UInt64 = 0
      var length = MemoryLayout<UInt64>.size
      return sysctlbyname("hw.memsize", &size, &length, nil, 0) == 0 ? Int(clamping: size) : nil
    #endif
  }

  /// Version 2 of the interface; a group without a limit says `max`.
  private static var controlGroup: Int? {
    guard let most = contents(of: "/sys/fs/cgroup/memory.max").flatMap({ number($0) }),
      let used = contents(of: "/sys/fs/cgroup/memory.current").flatMap({ number($0) })
    else { return nil }
    return max(most - used, 0)
  }

  private static func number(_ text: String) -> Int? { Int(text.filter(\.isNumber)) }

  /// `ulimit -v`.
  private static var limit: Int? {
    var limits = rlimit()
    #if canImport(Glibc)
      let status = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits)
    #else
      let status = getrlimit(RLIMIT_AS, &limits)
    #endif
    guard status == 0, limits.rlim_cur < UInt64(Int.max) else { return nil }
    let used = contents(of: "/proc/self/statm").flatMap { $0.split(separator: " ").first.flatMap { Int($0) } } ?? 0
    return max(Int(limits.rlim_cur) - used * Int(sysconf(Int32(_SC_PAGESIZE))), 0)
  }

  /// A small file of the system; these have no size before they are read.
  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: 1 << 13, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      return count > 0 ? String(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<count]), as: UTF8.self) : nil
    }
  }
}
