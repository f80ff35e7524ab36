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
    subcommands: [
      DiffCommand.self, EvalCommand.self, MinimizeCommand.self, TrainCommand.self, EvaluateCommand.self,
      PredictCommand.self, SummaryCommand.self, DataCommand.self, CheckCommand.self,
      ExplainCommand.self, PerturbCommand.self, DrawCommand.self, PlotCommand.self, ShowCommand.self, EmitCommand.self,
      ServeCommand.self, FormatCommand.self, ReplCommand.self, BenchCommand.self, DoctorCommand.self,
    ])

  public init() {}

  /// Runs what the process was called with, as `main()` does, and has a word about options that are called otherwise.
  public static func start() -> Never {
    do {
      var command = try parseAsRoot()
      try command.run()
      exit()
    } catch {
      if let advice = OptionAdvice.text(for: message(for: error)) { StandardError.write(advice) }
      exit(withError: error)
    }
  }
}
