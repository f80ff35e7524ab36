import Dispatch
import Foundation
import Synchronization

/// ^C as a wish: while this lives, it does not end the process, but is noticed where the work can stop with a result.
///
/// A second ^C ends the process as ever.
final class Interrupt {
  private final class Flag: Sendable {
    let isRaised = Atomic<Bool>(false)
  }

  private let flag = Flag()
  private let source: any DispatchSourceSignal

  init() {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global(qos: .userInteractive))
    source.setEventHandler { [flag] in
      flag.isRaised.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    source.resume()
  }

  deinit {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }

  var isRequested: Bool { flag.isRaised.load(ordering: .relaxed) }
}
