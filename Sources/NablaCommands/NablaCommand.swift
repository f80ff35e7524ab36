import ArgumentParser
import Nabla

/// `nabla VERB SOURCE …`: the root of the command line.
public struct NablaCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "nabla",
    abstract: "Derivatives, pictures and fast kernels of formulas written as a textbook has them.",
    discussion: """
      SOURCE is a file that ends in .nabla, '-' for standard input, or the program text itself:

        nabla diff 'f(a,b,c) = 3*(a + b*c)'
        nabla eval 'f(a,b,c) = 3*(a + b*c)' --at a=5,b=3,c=2 --gradient
        nabla draw 'f(a,b,c) = 3*(a + b*c)' --at a=5,b=3,c=2 --backward -o f.svg
      """,
    version: NablaVersion.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Formula",
        subcommands: [DiffCommand.self, EvalCommand.self, CheckCommand.self, MinimizeCommand.self]),
      CommandGroup(
        name: "Picture",
        subcommands: [
          DrawCommand.self, ExplainCommand.self, PerturbCommand.self, PlotCommand.self, ShowCommand.self,
        ]),
      CommandGroup(
        name: "Network",
        subcommands: [
          TrainCommand.self, EvaluateCommand.self, PredictCommand.self, GenerateCommand.self, SummaryCommand.self,
          DataCommand.self,
        ]),
      CommandGroup(
        name: "Tool",
        subcommands: [
          ReplCommand.self, FormatCommand.self, EmitCommand.self, ServeCommand.self, BenchCommand.self,
          DoctorCommand.self,
        ]),
    ])

  /// As diagnostics have it.
  public static var _errorPrefix: String { "error: " }

  public init() {}

  /// Runs what the process was called with, as `main()` does, and has a word about what people are used to call otherwise.
  public static func start() -> Never {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      if let reason = UsageAdvice.unknownVerb(arguments, known: verbs) { throw ValidationError(reason) }
      var command = try parseAsRoot()
      try command.run()
      exit()
    } catch {
      guard let advice = UsageAdvice.text(for: message(for: error), arguments) else { exit(withError: error) }
      StandardError.write(fullMessage(for: error) + "\n" + advice)
      exit(withError: exitCode(for: error))
    }
  }

  static var verbs: [String] { configuration.subcommands.map { $0._commandName } }
}
