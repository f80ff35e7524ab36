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
  /// Where the loss and the metrics of the last batch are, then the rate.
  private(set) var measures: [Double] = []
  private(set) var rate = 0.0

  private let arguments: UnsafeMutablePointer<UnsafeRawPointer>
  private let results: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let dimensions: UnsafeMutablePointer<Int>
  /// Room for numbers that are no variables: results that are reported, and scalars that every step has anew.
  private let scratch: UnsafeMutableRawPointer
  private var scalars: [(input: TrainingProgram.Input, element: ElementType, address: UnsafeMutableRawPointer)] = []
  private var reports: [(output: TrainingProgram.Output, element: ElementType, address: UnsafeMutableRawPointer)] = []
  private var data: [(parameter: Int, argument: Int)] = []

  init(
    _ training: TrainingProgram, memory: VariableMemory, backend: Backend, threads: Int
  ) throws {
    self.training = training
    let preparation = try backend.prepare(training.program, threads: threads)
    executable = preparation.executable
    note = preparation.note
    let signature = executable.signature
    let (inputs, outputs) = (signature.inputs, signature.outputs)
    arguments = .allocate(capacity: max(inputs.count, 1))
    results = .allocate(capacity: max(outputs.count, 1))
    dimensions = .allocate(capacity: 1 + inputs.count + outputs.count)
    scratch = .allocate(byteCount: 64 * (inputs.count + outputs.count + 1), alignment: 64)
    scratch.initializeMemory(as: UInt8.self, repeating: 0, count: 64 * (inputs.count + outputs.count + 1))
    dimensions[0] = 1
    for (index, port) in inputs.enumerated() {
      dimensions[1 + index] = port.count
      let place = scratch + 64 * index
      (arguments + index).initialize(to: UnsafeRawPointer(place))
      switch training.inputs[index] {
      case .data(let parameter): data.append((parameter, index))
      case .variable(let variable): arguments[index] = UnsafeRawPointer(memory.address(variable))
      case .step, .scale, .key: scalars.append((training.inputs[index], port.type.element, place))
      }
    }
    for (index, port) in outputs.enumerated() {
      dimensions[1 + inputs.count + index] = port.count
      let place = scratch + 64 * (inputs.count + index)
      (results + index).initialize(to: place)
      switch training.outputs[index] {
      case .variable(let variable): results[index] = memory.address(variable)
      case .measure, .rate: reports.append((training.outputs[index], port.type.element, place))
      }
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
    for (output, element, address) in reports {
      let value = BatchProgram.load(element, address)
      if case .measure(let measure) = output { measures[measure] = value } else { rate = value }
    }
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
