import ArgumentParser
import Foundation
import NablaCompiler
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaNetworks

/// `nabla train`: parameters that make a loss small.
struct TrainCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train the parameters of a network's layers on data.",
    discussion: """
      The loss is a function of the program, or one of the library's, of what --model predicts and the targets. ^C ends the
      run after the step, saves it, and exits with 130.
      Example: nabla train mnist.nabla --data digits.csv:scale=16 --loss loss --optimizer 'adam(0.001)' --epochs 10
      """)

  @OptionGroup var program: NetworkOptions
  @OptionGroup var training: RecipeOptions

  @Option(name: .long, help: "What is held out: a fraction such as 0.1, the last ones; stratified:0.1; every:5.")
  var validation: String?

  @Option(name: .customLong("early-stopping"), help: "Stop after so many epochs without a better --monitor.")
  var patience: Int?

  @Option(name: .long, help: "Make the rate a tenth after so many epochs without a better --monitor.")
  var plateau: Int?

  @Option(name: .long, help: "The measure that early stopping and the plateau look at.")
  var monitor: String?

  @Flag(name: .customLong("restore-best"), help: "With early stopping, end with the weights of the best epoch.")
  var restoresBest = false

  @Option(name: .long, help: "A folder for last.safetensors, after every epoch, and best.safetensors.")
  var checkpoint: String?

  @Flag(name: .long, help: "Go on where --checkpoint's last.safetensors was written.")
  var resume = false

  @Option(name: .long, help: "A file for one line of JSON an epoch.")
  var log: String?

  @Option(name: .shortAndLong, help: "A file for the weights at the end: .safetensors or .npz.")
  var output: String?

  @Flag(name: .long, help: "One JSON object at the end, and no lines before it.")
  var json = false

  @Flag(name: .long, help: "Nothing but errors.")
  var quiet = false

  func validate() throws {
    if resume, checkpoint == nil { throw ValidationError("--resume needs --checkpoint") }
    if let patience, patience < 1 { throw ValidationError("--early-stopping is at least 1, not \(patience)") }
    if let plateau, plateau < 1 { throw ValidationError("--plateau is at least 1, not \(plateau)") }
  }

  func perform() throws {
    var rule: SplitRule?
    if let validation {
      guard let known = SplitRule(validation) else {
        throw ValidationError("--validation is a fraction, stratified:FRACTION or every:PERIOD, not '\(validation)'")
      }
      rule = known
    }
    let source = try program.text()
    let data = try program.request().load(floats: try SourceOptions.floatType(program.dtype))
    let parts = try data.split(rule)
    let held = parts.held ?? parts.test
    let trainer = try Problem.inProgram(source) {
      try Trainer(
        source, try training.recipe(program), training: parts.training, validation: held, backend: program.backend,
        threads: program.threads)
    }
    let monitor = monitor ?? (held == nil ? "loss" : "val_loss")
    if let patience {
      trainer.earlyStopping = EarlyStopping(monitor: monitor, patience: patience, restoresBest: restoresBest)
    }
    if let plateau { trainer.plateau = PlateauRule(monitor: monitor, patience: plateau) }
    let files = try checkpoint.map { try CheckpointFolder($0, monitor: monitor) }
    if resume, let files { try files.resume(trainer) }
    let log = try log.map { try RunLog(path: $0, appending: resume) }

    let display = TrainingDisplay(isQuiet: quiet || json)
    let interrupt = Interrupt()
    let isComplete = try Problem.inProgram(source) {
      try trainer.run { progress in
        display.show(progress)
        if let record = progress.finished {
          try log?.write(record)
          try files?.save(trainer, record)
        }
        return !interrupt.isRequested
      }
    }
    display.clear()
    if let note = trainer.note { StandardError.write("note: \(note)") }
    try files?.save(trainer, nil)
    if let output { try WeightFile.write(trainer.weights, to: output) }
    if json { print(summary(trainer, isComplete).text) }
    if !isComplete {
      StandardError.write("interrupted after epoch \(trainer.history.count)\(files == nil ? "" : "; --resume goes on")")
      throw ExitStatus.interrupted
    }
  }

  private func summary(_ trainer: Trainer, _ isComplete: Bool) -> JSONValue {
    .object(
      ("version", .integer(1)), ("complete", .boolean(isComplete)), ("epochs", .integer(trainer.history.count)),
      ("history", .array(trainer.history.map(\.json))))
  }
}
