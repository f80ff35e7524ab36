import Foundation
import Nabla
import NablaData
import NablaDiagnostics
import Synchronization

/// `nabla serve --stdio`: one JSON object a line in, one a line out, in the order of the requests.
///
/// One thread reads, so that a `cancel` is seen while work runs; one works. All output goes through the worker and the
/// lock of ``write(_:)``, and each line is flushed.
final class ServeLoop: Sendable {
  private struct State {
    var queue: [Job] = []
    var isAtEnd = false
    /// Requests that wait or run, by the text of their id.
    var pending: [String: Int] = [:]
    var cancelled: Set<String> = []
  }

  private enum Job {
    case answer(JSONValue)
    case request(ServeRequest)
  }

  private let limits: ServeLimits
  private let state = Mutex(State())
  private let available = DispatchSemaphore(value: 0)
  private let output: Mutex<FileHandle>

  init(limits: ServeLimits = ServeLimits()) {
    self.limits = limits
    output = Mutex(FileHandle.standardOutput)
  }

  /// Serves until the input ends.
  func run(input: Int32 = STDIN_FILENO) {
    let finished = DispatchSemaphore(value: 0)
    let worker = Thread { [self] in
      work()
      finished.signal()
    }
    worker.stackSize = 16 << 20
    worker.start()
    var reader = LineReader(descriptor: input, limit: limits.line)
    while let line = reader.next() { receive(line) }
    state.withLock { $0.isAtEnd = true }
    available.signal()
    finished.wait()
  }

  // MARK: Reading

  private func receive(_ line: LineReader.Line) {
    switch line {
    case .tooLong:
      let problem = Diagnostic("limit.line-length", "a line has at most \(limits.line) bytes")
      enqueue(.answer(ServeAnswer.failure(.null, [problem])))
    case .bytes(let bytes):
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
      do {
        receive(try JSONParser.parse(bytes))
      } catch {
        let id = error.isLimit ? "limit.depth" : "request.json"
        let problem = Diagnostic(id, "\(error.message) at byte \(error.offset)")
        enqueue(.answer(ServeAnswer.failure(.null, [problem])))
      }
    }
  }

  private func receive(_ value: JSONValue) {
    if let target = value["cancel"] {
      state.withLock { state in
        if state.pending[target.text] != nil { state.cancelled.insert(target.text) }
      }
      return
    }
    let id = value["id"] ?? .null
    if value["hello"] != nil { return enqueue(.answer(ServeAnswer.hello(id, limits))) }
    if id.array != nil || id.members != nil {
      return enqueue(.answer(ServeAnswer.failure(.null, [Diagnostic("request.type", "an id is a string or a number")])))
    }
    do {
      let request = try ServeRequest(value)
      state.withLock { $0.pending[request.id.text, default: 0] += 1 }
      enqueue(.request(request))
    } catch {
      enqueue(.answer(ServeAnswer.failure(id, [error])))
    }
  }

  private func enqueue(_ job: Job) {
    state.withLock { $0.queue.append(job) }
    available.signal()
  }

  // MARK: Working

  private func work() {
    var session = ServeSession(limits: limits)
    while true {
      available.wait()
      let next = state.withLock { state -> Job? in state.queue.isEmpty ? nil : state.queue.removeFirst() }
      switch next {
      case .answer(let value):
        write(value)
      case .request(let request):
        let key = request.id.text
        let deadline = Date(timeIntervalSinceNow: Double(request.timeout ?? limits.time) / 1000)
        let checkpoint = ServeSession.Checkpoint { [self] stage throws(Diagnostic) in
          if state.withLock({ $0.cancelled.contains(key) }) {
            throw Diagnostic("limit.cancelled", "the request was cancelled")
          }
          if Date() > deadline { throw Diagnostic("limit.time", "the request took longer than it may (\(stage))") }
          if request.reportsProgress { write(.object(("id", request.id), ("progress", .string(stage)))) }
        }
        write(session.answer(request, checkpoint))
        state.withLock { state in
          let left = (state.pending[key] ?? 1) - 1
          state.pending[key] = left > 0 ? left : nil
          if left == 0 { state.cancelled.remove(key) }
        }
      case nil:
        if state.withLock({ $0.isAtEnd && $0.queue.isEmpty }) { return }
      }
    }
  }

  private func write(_ value: JSONValue) {
    let line = Data((value.text + "\n").utf8)
    // A reader that went away ends the conversation; there is nobody to tell.
    output.withLock { handle in try? handle.write(contentsOf: line) }
  }
}
