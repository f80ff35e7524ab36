import ArgumentParser
import Foundation
import NablaData
import NablaDiagnostics
import NablaGraph
import NablaNetworks

/// `nabla summary`: a network as a table of its layers.
struct SummaryCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary", abstract: "Show a network's layers: shapes, parameters, operations, memory.",
    discussion: """
      Operations are additions and multiplications of one example on its way through the network. What functions of the
      program call stands below them, further to the right.
      Example: nabla summary 'net(x: [m, 28, 28]) = x |> flatten |> dense(256, relu) |> dense(10) |> softmax'
      """)

  @OptionGroup var network: ModelOptions

  @Flag(name: .long, help: "One JSON object in place of a table.")
  var json = false

  func perform() throws {
    let model = try network.read()
    let summary = try Problem.inProgram(model.source) { try model.summary() }
    let text = SummaryText(summary)
    try StandardOutput.write(json ? text.json.text + "\n" : text.table)
  }
}
