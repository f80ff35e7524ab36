import CNablaMath
import NablaGraph

extension Elementwise {
  /// The operation on blocks of doubles, as the best instruction set of this machine has it.
  var block: nabla_block { Elementwise.blocks[Int(rawValue)] }

  private static let blocks: [nabla_block] = {
    let level = nabla_block_level()
    return allCases.map { f in
      guard let block = nabla_block_named(f.name, level) else {
        preconditionFailure("no block form of \(f.name)")
      }
      return block
    }
  }()
}
