import ArgumentParser
import NablaDiagnostics
import NablaNetworks
import NablaPlots

/// A network as its layers.
extension PlotCommand {
  func layers() throws -> LayerDiagram {
    let model = try ModelOptions.model(
      input.source, weights: nil, function: input.function, dtype: nil, sizes: try SourceOptions.sizes(input.size))
    let structure = try Problem.inProgram(model.source) { try model.structure() }
    guard structure.parts.contains(where: { $0.kind == .call }) else {
      throw ValidationError("'\(structure.function)' calls no layers: --function names a network")
    }
    return LayerDiagram(structure, title: page.title)
  }
}
