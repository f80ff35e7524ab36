import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// Looks through one step of training, value by value, for the first that is not finite.
struct FinitenessTrace {
  private let training: TrainingProgram
  private let memory: VariableMemory
  private let tracer: Tracer

  /// The length of the user's text: what is behind it has been put there.
  private let textEnd: Int

  init(_ training: TrainingProgram, _ memory: VariableMemory, in source: SourceText) throws {
    textEnd = source.utf8.count
    self.training = training
    self.memory = memory
    tracer = try Tracer(training.program)
  }

  /// - Returns: a note with the place in the text; `nil` where every value is finite.
  func firstNotFinite(_ data: [UnsafeRawPointer], step: Int, scale: Double, key: Int64) throws -> Diagnostic? {
    var columns: [Column] = []
    for (input, port) in zip(training.inputs, tracer.signature.inputs) {
      let column: Column
      switch input {
      case .data(let parameter):
        column = Column(port.count, of: port.type.element) { bytes in
          bytes.copyMemory(from: UnsafeRawBufferPointer(start: data[parameter], count: bytes.count))
        }
        if column.doubles.contains(where: { !$0.isFinite }) {
          return Diagnostic("run.not-finite", .note, "an example's '\(port.name)' is not finite")
        }
      case .variable(let variable):
        // Of a batch with fewer examples, layers remember the first ones alone.
        column = Column(port.count, of: port.type.element) { bytes in
          bytes.copyMemory(from: UnsafeRawBufferPointer(start: memory.address(variable), count: bytes.count))
        }
      case .step: column = try Column([Double(step)]).converted(to: port.type.element)
      case .scale: column = try Column([scale]).converted(to: port.type.element)
      case .key: column = Column([key])
      }
      columns.append(column)
    }
    guard let found = try tracer.firstNonFinite(columns) else { return nil }
    let name = found.origin.name.map { "'\($0)': " } ?? ""
    return Diagnostic(
      "run.not-finite", .note, "\(name)the result of '\(found.operation.name)' is the first that is not finite",
      at: found.origin.ranges.first { $0.start < textEnd })
  }
}
