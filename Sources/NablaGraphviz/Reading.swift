import CGraphviz

/// Reads the one graph of a text. Holds the lock.
///
/// The scanner stops behind the graph and keeps the rest, and the state it is in, for whoever reads next. So the rest
/// is read here, where it is an error, and the scanner is brought back to its start whatever happened.
func readGraph(_ text: String) throws(RenderError) -> UnsafeMutablePointer<Agraph_t> {
  _ = MessageLog.take()
  let graph = agmemread(text)
  var extra = 0
  if graph != nil {
    while let next = agmemread("") {
      agclose(next)
      extra += 1
    }
  }
  let message = MessageLog.take()
  let closed = resetScanner(after: text)

  let problem =
    if let message { message } else if graph == nil { "the text holds no graph" } else if extra > 0 {
      "the text holds more than one graph"
    } else if !closed { "what follows the graph has no end" } else { String?.none }
  if let graph, problem == nil { return graph }
  if let graph { agclose(graph) }
  throw .syntax(problem ?? "")
}

/// Makes the scanner forget its state, which it does on a syntax error: provokes one. Says whether the scanner was
/// outside strings and comments, where the first try succeeds.
private func resetScanner(after text: String) -> Bool {
  func provoke(_ text: String) -> Bool {
    if let graph = agmemread(text) { agclose(graph) }
    return MessageLog.take() != nil
  }
  if provoke("}") { return true }
  _ =
    provoke("\"}") || provoke("*/}")
    || provoke(String(repeating: ">", count: text.utf8.count { $0 == UInt8(ascii: "<") }) + "}")
  return false
}
