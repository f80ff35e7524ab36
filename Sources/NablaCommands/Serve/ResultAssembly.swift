import Nabla
import NablaData
import NablaGraph
import NablaRuntime

/// Arranges the columns of an evaluation as the protocol has them: a want at a point is one JSON value.
struct ResultAssembly {
  private let derived: DerivedProgram
  private let columns: [Column]
  private let shapes: [[Int]]
  private let readers: [TensorJSON]

  init(_ derived: DerivedProgram, _ columns: [Column]) {
    self.derived = derived
    self.columns = columns
    shapes = derived.program.rootNodes.map {
      derived.program.graph.type(of: $0).shape.dimensions.map { $0.constant ?? 0 }
    }
    readers = zip(columns, shapes).map { TensorJSON($0, $1) }
  }

  /// What a want brought at the only point, one tensor an output.
  func tensors(_ want: Want) -> [(output: DerivedProgram.Output, tensor: Tensor)] {
    derived.outputs.indices.filter { derived.outputs[$0].want == want }.map { index in
      (derived.outputs[index], Tensor(columns[index], shape: shapes[index]))
    }
  }

  /// All points of an output as one list.
  func list(_ output: Int, points: Int) -> JSONValue { readers[output].list(points: points) }

  /// One entry a point.
  func entries(_ want: Want, points: Int) -> [JSONValue] {
    let outputs = derived.outputs.indices.filter { derived.outputs[$0].want == want }
    return (0..<points).map { entry(want, outputs, at: $0) }
  }

  private func entry(_ want: Want, _ outputs: [Int], at point: Int) -> JSONValue {
    switch want {
    case .value, .jvp:
      return byResult(outputs) { readers[$0[0]].value(at: point) }
    case .gradient, .vjp, .hvp:
      return byParameter(outputs, level: 0) { readers[$0[0]].value(at: point) }
    case .jacobian:
      return byResult(outputs) { byParameter($0, level: 0) { readers[$0[0]].value(at: point) } }
    case .hessian:
      return byParameter(outputs, level: 0) { row in
        byParameter(row, level: 1) { readers[$0[0]].value(at: point) }
      }
    }
  }

  /// One result stands for itself; several are an object by name.
  private func byResult(_ outputs: [Int], _ value: ([Int]) -> JSONValue) -> JSONValue {
    let groups = grouped(outputs) { derived.outputs[$0].result ?? 0 }
    if derived.results.count == 1, let only = groups.first { return value(only.outputs) }
    return .object(groups.map { .init(derived.results[$0.key], value($0.outputs)) })
  }

  private func byParameter(_ outputs: [Int], level: Int, _ value: ([Int]) -> JSONValue) -> JSONValue {
    let groups = grouped(outputs) { derived.outputs[$0].by[level] }
    return .object(groups.map { .init(derived.program.name(ofInput: $0.key), value($0.outputs)) })
  }

  /// Runs of outputs with one key; outputs come in the order of their keys.
  private func grouped(_ outputs: [Int], by key: (Int) -> Int) -> [(key: Int, outputs: [Int])] {
    var groups: [(key: Int, outputs: [Int])] = []
    for output in outputs {
      if let last = groups.last, last.key == key(output) {
        groups[groups.count - 1].outputs.append(output)
      } else {
        groups.append((key(output), [output]))
      }
    }
    return groups
  }
}
