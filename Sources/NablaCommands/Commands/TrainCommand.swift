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

  @Option(
    name: .customLong("early-stopping"),
    help: ArgumentHelp(
      "Stop after so many epochs without a better --monitor: 5, or 5,min-delta=0.001,from-epoch=10.",
      valueName: "epochs"))
  var patience: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Make the rate a tenth after so many epochs without a better --monitor: 10, or 10,factor=0.5,min-rate=1e-6,"
        + "cooldown=2,min-delta=0.",
      valueName: "epochs"))
  var plateau: String?

  @Option(name: .long, help: "The measure that early stopping and the plateau look at.")
  var monitor: String?

  @Flag(name: .customLong("restore-best"), help: "With early stopping, end with the weights of the best epoch.")
  var restoresBest = false

  @Option(name: .long, help: "A folder for last.safetensors, after every epoch, and best.safetensors.")
  var checkpoint: String?

  @Flag(
    name: .customLong("keep-epochs"), help: "With --checkpoint, keep the model of every epoch: epoch-0001.safetensors.")
  var keepsEpochs = false

  @Option(
    name: .customLong("keep-as"),
    help: ArgumentHelp(
      "Keep the model of every epoch under a name with its measures: 'run/{epoch:03}-{val_loss:.2f}.safetensors'.",
      valueName: "name"))
  var keptName: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Begin with the weights that a file has under the same paths and shapes: a checkpoint, .safetensors or .npz.",
      valueName: "file"))
  var weights: String?

  @Flag(name: .long, help: "Go on where --checkpoint's last.safetensors was written.")
  var resume = false

  @Option(name: .long, help: "A file for one line an epoch: JSON, or a table where its name ends in .csv.")
  var log: String?

  @Option(
    name: .customLong("log-every"),
    help: ArgumentHelp(
      "With --log, a line of JSON every so many steps, too: the rate, and the loss of the batch.", valueName: "steps"))
  var logEvery: Int?

  @Option(
    name: .shortAndLong,
    help: "A file for the model at the end: .safetensors, which has its program too, or .npz for the weights.")
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Look for so many seconds for better cuts of the step's products of matrices first; kept for this processor.",
      valueName: "seconds"))
  var tune: Double?

  @Flag(name: .long, help: "One JSON object at the end, and no lines before it.")
  var json = false

  @Flag(name: .long, help: "Nothing but errors.")
  var quiet = false

  func validate() throws {
    if resume, weights != nil { throw ValidationError("--resume goes on with the weights of the run, not --weights") }
    if resume, checkpoint == nil { throw ValidationError("--resume needs --checkpoint") }
    if keepsEpochs, checkpoint == nil { throw ValidationError("--keep-epochs needs --checkpoint") }
    if let logEvery {
      guard let log, !log.lowercased().hasSuffix(".csv") else {
        throw ValidationError("--log-every needs a --log in JSON, such as run.jsonl")
      }
      if logEvery < 1 { throw ValidationError("--log-every is at least 1, not \(logEvery)") }
    }
    if restoresBest, patience == nil { throw ValidationError("--restore-best needs --early-stopping") }
    _ = try patience.map { try CallbackText.earlyStopping($0) }
    _ = try plateau.map { try CallbackText.plateau($0) }
    _ = try output.map { try DataFormat(path: $0) }
    try TuningTime.require(tune)
    if tune != nil, program.backend != .c { throw ValidationError("--tune is for --backend c") }
  }

  func perform() throws {
    let rule = try validation.map { try TrainCommand.splitRule($0, option: "--validation") }
    for path in [output, log, keptName].compactMap({ $0 }) { try WholeFile(path).requireFolder() }
    let source = try program.text()
    let data = try program.request().load(floats: try SourceOptions.floatType(program.dtype))
    let parts = try data.split(rule)
    let held = parts.held ?? parts.test
    let trainer = try Problem.inProgram(source) {
      try Trainer(
        source, try training.recipe(program), training: parts.training, validation: held,
        backend: program.backend, threads: program.threads)
    }
    if !quiet, !json { for note in trainer.advice { StandardError.write("note: \(note)") } }
    let monitor = monitor ?? (held == nil ? "loss" : "val_loss")
    let known = trainer.measureNames
    guard known.contains(monitor) else {
      throw ValidationError("--monitor is one of \(known.joined(separator: ", ")), not '\(monitor)'")
    }
    if let patience {
      var rule = try CallbackText.earlyStopping(patience)
      (rule.monitor, rule.restoresBest) = (monitor, restoresBest)
      trainer.earlyStopping = rule
    }
    if let plateau {
      var rule = try CallbackText.plateau(plateau)
      rule.monitor = monitor
      trainer.plateau = rule
    }
    let kept = try keptName.map { try EpochFileName($0, measures: known) }
    if let weights { try begin(trainer, with: weights) }
    let files = try checkpoint.map { try CheckpointFolder($0, monitor: monitor, keepsEpochs: keepsEpochs) }
    if let tune {
      for finding in try Problem.inProgram(source, { try trainer.tune(seconds: tune) }) where !quiet {
        StandardError.write(finding.text)
      }
    }
    if resume, let files { try files.resume(trainer) }
    let log = try log.map { try RunLog(path: $0, appending: resume) }

    let display = TrainingDisplay(isQuiet: quiet || json)
    let interrupt = Interrupt()
    let isComplete = try Problem.inProgram(source) {
      try trainer.run { progress in
        display.show(progress)
        if progress.finished == nil, let logEvery, progress.step.isMultiple(of: logEvery) { try log?.write(progress) }
        if let record = progress.finished {
          try log?.write(record)
          try files?.save(trainer, record)
          if let kept { try trainer.model.save(to: kept.path(record)) }
        }
        return !interrupt.isRequested
      }
    }
    display.clear()
    if let note = trainer.note { StandardError.write("note: \(note)") }
    try files?.save(trainer, nil)
    if let output {
      let format = try DataFormat(path: output)
      if format == .safetensors {
        try trainer.model.save(to: output)
      } else {
        try DataFile(path: output).write(trainer.weights)
      }
    }
    if json { print(summary(trainer, isComplete).text) }
    if !isComplete {
      let advice = files == nil ? "" : "; --resume goes on from there"
      StandardError.write("interrupted, \(trainer.history.count) of \(training.epochs) epochs done\(advice)")
      throw ExitStatus.interrupted
    }
  }

  /// Begins with the weights of a file, as far as it has them, and says what it has not.
  private func begin(_ trainer: Trainer, with path: String) throws {
    let tensors =
      path.hasSuffix(".safetensors") ? try Checkpoint(path: path).tensors : try DataFile(path: path).tensors()
    let found = try trainer.begin(with: tensors, path: path)
    if quiet || json { return }
    StandardError.write("weights: \(found.taken.count) of \(found.taken.count + found.missing.count) from '\(path)'")
    for missing in found.missing {
      StandardError.write("  new: \(missing.path)\(missing.reason.map { ", \($0)" } ?? "")")
    }
    if !found.unused.isEmpty { StandardError.write("  not used: \(found.unused.joined(separator: ", "))") }
  }

  /// - Parameter option: what messages call it.
  static func splitRule(_ text: String, option: String) throws -> SplitRule {
    guard let rule = SplitRule(text) else {
      throw ValidationError("\(option) is a fraction, stratified:FRACTION or every:PERIOD, not '\(text)'")
    }
    return rule
  }

  private func summary(_ trainer: Trainer, _ isComplete: Bool) -> JSONValue {
    .object(
      ("version", .integer(1)), ("complete", .boolean(isComplete)), ("epochs", .integer(trainer.history.count)),
      ("history", .array(trainer.history.map(\.json))))
  }
}
