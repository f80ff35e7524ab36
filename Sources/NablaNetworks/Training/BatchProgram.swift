import NablaCompiler
import NablaGraph
import NablaRuntime

/// A training program ready to run on batches of one size. Its arguments are bound once; a run converts and copies nothing.
///
/// `@unchecked Sendable`: it belongs to one run, which uses it from one thread at a time.
final class BatchProgram: @unchecked Sendable {
  let training: TrainingProgram
  let executable: any Executable
  /// One line for a person, if something else runs it than was asked for.
  let note: String?
  /// The loss and the metrics of the last batch.
  private(set) var measures: [Double] = []
  private(set) var rate = 0.0

  /// Its addresses are among the arguments.
  private let memory: VariableMemory
  private let arguments: UnsafeMutablePointer<UnsafeRawPointer>
  private let results: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let dimensions: UnsafeMutablePointer<Int>
  /// Room for what is no variable: scalars that every step has anew, and results.
  private let scratch: UnsafeMutableRawPointer
  private var scalars: [(input: TrainingProgram.Input, element: ElementType, address: UnsafeMutableRawPointer)] = []
  private var reports:
    [(output: TrainingProgram.Output, port: NablaRuntime.Signature.Port, address: UnsafeMutableRawPointer)] = []
  private var data: [(parameter: Int, argument: Int)] = []

  init(
    _ training: TrainingProgram, memory: VariableMemory, backend: Backend, threads: Int
  ) throws {
    self.training = training
    self.memory = memory
    let preparation = try backend.prepare(training.program, threads: threads)
    executable = preparation.executable
    note = preparation.note
    let signature = executable.signature
    let (inputs, outputs) = (signature.inputs, signature.outputs)
    arguments = .allocate(capacity: max(inputs.count, 1))
    results = .allocate(capacity: max(outputs.count, 1))
    dimensions = .allocate(capacity: 1 + inputs.count + outputs.count)
    // A line of the cache for every scalar, and lines for every result.
    let line = 64
    let rooms = zip(training.outputs, outputs).map { output, port in
      if case .variable = output { return 0 }
      return (port.count * port.type.element.size / line + 1) * line
    }
    let size = line * (inputs.count + 1) + rooms.reduce(0, +)
    scratch = .allocate(byteCount: size, alignment: line)
    scratch.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    dimensions[0] = 1
    for (index, port) in inputs.enumerated() {
      dimensions[1 + index] = port.count
      let place = scratch + line * index
      (arguments + index).initialize(to: UnsafeRawPointer(place))
      switch training.inputs[index] {
      case .data(let parameter): data.append((parameter, index))
      case .variable(let variable): arguments[index] = UnsafeRawPointer(memory.address(variable))
      case .step, .scale, .key: scalars.append((training.inputs[index], port.type.element, place))
      }
    }
    var place = scratch + line * (inputs.count + 1)
    for (index, port) in outputs.enumerated() {
      dimensions[1 + inputs.count + index] = port.count
      (results + index).initialize(to: place)
      switch training.outputs[index] {
      case .variable(let variable): results[index] = memory.address(variable)
      case .measure, .rate, .result: reports.append((training.outputs[index], port, place))
      }
      place += rooms[index]
    }
    measures = Array(repeating: 0, count: training.outputs.count { if case .measure = $0 { true } else { false } })
  }

  deinit {
    arguments.deallocate()
    results.deallocate()
    dimensions.deallocate()
    scratch.deallocate()
  }

  /// Runs one batch.
  ///
  /// - Parameter columns: the address of the examples of each parameter of the objective.
  func run(_ columns: [UnsafeRawPointer], step: Int, scale: Double, key: Int64) throws(ExecutionError) {
    for (parameter, argument) in data { arguments[argument] = columns[parameter] }
    for (input, element, address) in scalars {
      switch input {
      case .step: BatchProgram.store(Double(step), element, address)
      case .scale: BatchProgram.store(scale, element, address)
      default: address.storeBytes(of: key, as: Int64.self)
      }
    }
    try executable.run(arguments: arguments, results: results, dimensions: dimensions)
    for (output, port, address) in reports {
      switch output {
      case .measure(let measure): measures[measure] = BatchProgram.load(port.type.element, address)
      case .rate: rate = BatchProgram.load(port.type.element, address)
      case .variable, .result: break
      }
    }
  }

  /// What the last batch gave.
  func tensor(_ output: TrainingProgram.Output) -> Tensor? {
    guard let (_, port, address) = reports.first(where: { $0.output == output }) else { return nil }
    let column = Column(port.count, of: port.type.element) { bytes in
      bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: bytes.count))
    }
    return Tensor(column, shape: port.type.shape.dimensions.map { $0.constant ?? 0 })
  }

  private static func store(_ value: Double, _ element: ElementType, _ address: UnsafeMutableRawPointer) {
    if element == .f32 {
      address.storeBytes(of: Float(value), as: Float.self)
    } else {
      address.storeBytes(of: value, as: Double.self)
    }
  }

  private static func load(_ element: ElementType, _ address: UnsafeMutableRawPointer) -> Double {
    switch element {
    case .f32: Double(address.load(as: Float.self))
    case .f64: address.load(as: Double.self)
    case .i64: Double(address.load(as: Int64.self))
    case .i32: Double(address.load(as: Int32.self))
    case .bool: address.load(as: UInt8.self) == 0 ? 0 : 1
    }
  }
}
