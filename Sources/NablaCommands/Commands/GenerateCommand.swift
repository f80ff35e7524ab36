import ArgumentParser
import Foundation
import NablaCompiler
import NablaDiagnostics
import NablaNetworks

/// `nabla generate`: a text as a trained network goes on with it.
struct GenerateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Go on with a text, as a network that was trained on one would.",
    discussion: """
      The network predicts what comes next, as one that is trained on data such as book.txt:text:window=64:sequence. Each \
      piece is drawn at random: with --temperature 0 the most probable is taken.
      Example: nabla generate characters.safetensors --prompt 'The ' --count 200 --temperature 0.7
      """)

  @OptionGroup var network: ModelOptions

  @Option(name: .long, help: "What the text begins with.")
  var prompt = ""

  @Option(name: .long, help: "How many characters or words come after it.")
  var count = 200

  @Option(name: .long, help: "How much chance there is: 1 as the network says, 0 none.")
  var temperature = 1.0

  @Option(name: .long, help: "What the draws are made of.")
  var seed = 0

  @Option(name: .long, help: "What runs it: auto, interpreter, c.")
  var backend: Backend = .c

  func validate() throws {
    if count < 0 { throw ValidationError("--count is at least 0, not \(count)") }
    if !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature is at least 0, not \(temperature)")
    }
  }

  func perform() throws {
    let model = try network.read()
    try model.requireWeights()
    let interrupt = Interrupt()
    try StandardOutput.write(prompt)
    try Problem.inProgram(model.source) {
      _ = try model.generate(after: prompt, count: count, temperature: temperature, seed: seed, backend: backend) {
        piece in
        try StandardOutput.write(piece)
        return !interrupt.isRequested
      }
    }
    try StandardOutput.write("\n")
  }
}
