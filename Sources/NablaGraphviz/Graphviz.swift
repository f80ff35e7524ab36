import CGraphviz
import Synchronization

/// Draws DOT text in this process, without the `dot` program.
///
/// The library is not safe for threads, not even with a context each, and loses memory with every context. So there
/// is one context for the process, behind one lock that is held from parsing to output; it is made when the first
/// picture is. Standard output and standard error stay untouched.
///
/// DOT is a language with file names and links in it (`image`, `URL`): pass text that Nabla wrote, not a stranger's.
public final class Graphviz: Sendable {
  public static let shared = Graphviz()

  /// The longest text that is read, in UTF-8 bytes.
  public static let textLimit = 8 << 20

  private let context = Mutex<OpaquePointer?>(nil)

  private init() {}

  /// A picture of a directed graph.
  ///
  /// Small graphs get `dot`'s best layout. From a ``LayoutSize/extent`` of 1,500 on it is given less time, from
  /// 6,000 on edges are straight lines, and above 20,000 it refuses. The resolution of a PNG is 144 dots an inch,
  /// less where the picture would have more than ``pixelLimit`` pixels; a `dpi` in the text is not heeded.
  /// Characters that XML cannot hold are shown as U+FFFD, `&name;` as written.
  ///
  /// - Throws: ``RenderError``; a failure leaves nothing behind that the next picture could see.
  /// - Complexity: a few milliseconds for a small graph, a few seconds at the limit; one picture at a time.
  public func render(_ dot: String, as format: PictureFormat) throws(RenderError) -> [UInt8] {
    guard dot.utf8.count <= Self.textLimit else {
      throw .textTooLong(bytes: dot.utf8.count, limit: Self.textLimit)
    }
    let text = wellFormedCharacterData(dot)
    return try withContext { context throws(RenderError) in
      let graph = try readGraph(text)
      defer { agclose(graph) }
      try layOut(graph, in: context)
      defer { gvFreeLayout(context, graph) }
      return try output(graph, as: format, in: context)
    }
  }

  /// The version of the library, such as `2.43.0`.
  public var version: String {
    withContext { context in gvcVersion(context).map { String(cString: $0) } ?? "unknown" }
  }

  /// The formats that this installation can write; its plug-ins decide. Draws a small picture in each.
  public var availableFormats: [PictureFormat] {
    PictureFormat.allCases.filter { format in
      do throws(RenderError) {
        return try !render("digraph probe { a -> b }", as: format).isEmpty
      } catch {
        return false
      }
    }
  }

  /// Runs with the process's one context, made on first use, and nobody else in the library.
  private func withContext<Result: Sendable, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try context.withLock { context throws(Failure) in
      if let context { return try body(context) }
      MessageLog.install()
      guard let made = gvContext() else { preconditionFailure("Graphviz is out of memory") }
      context = made
      return try body(made)
    }
  }
}

/// Gives the nodes and edges of a graph their places. Holds the lock.
private func layOut(_ graph: UnsafeMutablePointer<Agraph_t>, in context: OpaquePointer) throws(RenderError) {
  let size = LayoutSize(of: graph, limit: LayoutEffort.limit)
  guard let effort = LayoutEffort(extent: size.extent) else {
    throw .tooLarge(size, limit: LayoutEffort.limit)
  }
  for (name, value) in effort.attributes { graphviz_set_default(graph, name, value) }
  let status = gvLayout(context, graph, "dot")
  let message = MessageLog.take()
  guard status == 0 else { throw .layout(message ?? "no reason given") }
  if let message {
    gvFreeLayout(context, graph)
    throw .layout(message)
  }
}

/// The bytes of a graph that has been laid out. Holds the lock.
private func output(
  _ graph: UnsafeMutablePointer<Agraph_t>, as format: PictureFormat, in context: OpaquePointer
) throws(RenderError) -> [UInt8] {
  let extent = graphviz_extent(graph)
  graphviz_set_resolution(graph, resolution(of: format, width: extent.x, height: extent.y))
  let bytes = collect(gvRenderData, context, graph, format.rawValue)
  let message = MessageLog.take()
  guard let bytes, message == nil else { throw .output(format, message ?? "no reason given") }
  return format == .svg ? portableSVG(bytes) : bytes
}

/// Calls the library's output function, whose length is `unsigned int` in some versions and `size_t` in others.
private func collect<Length: FixedWidthInteger>(
  _ render: (
    OpaquePointer?, UnsafeMutablePointer<Agraph_t>?, UnsafePointer<CChar>?,
    UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, UnsafeMutablePointer<Length>?
  ) -> Int32,
  _ context: OpaquePointer, _ graph: UnsafeMutablePointer<Agraph_t>, _ format: String
) -> [UInt8]? {
  var data: UnsafeMutablePointer<CChar>?
  var length: Length = 0
  let status = render(context, graph, format, &data, &length)
  defer { gvFreeRenderData(data) }
  guard status == 0, let data else { return nil }
  return [UInt8](UnsafeRawBufferPointer(start: data, count: Int(length)))
}
