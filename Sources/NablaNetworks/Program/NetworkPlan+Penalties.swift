import NablaGraph
import NablaLanguage

/// What is added to a loss for the sake of its parameters and of layers' results.
extension NetworkPlan {
  /// The loss with the penalties of parameters.
  ///
  /// - Parameter learned: the positions of variables, and the inputs that they are.
  func penalised(_ loss: NodeID, _ learned: [(variable: Int, input: NodeID)], _ graph: inout Graph) throws -> NodeID {
    var total = loss
    for penalty in penalties {
      for (variable, input) in learned where penalty.applies(to: variables[variable]) {
        let text = penalty.call.text(after: [NetworkPlan.penalised])
        total = graph.apply(.add, total, try self.penalty(text, penalty.call, of: input, with: loss, &graph))
      }
    }
    return total
  }

  static let penalised = "penalised"

  /// What a value costs, in the type of the loss.
  ///
  /// - Parameter text: a number made of ``penalised``.
  func penalty(
    _ text: String, _ call: RuleCall, of value: NodeID, with loss: NodeID, _ graph: inout Graph
  ) throws -> NodeID {
    let name = "penalty_of_training"
    let source = objective.source.appending("\(name)(\(NetworkPlan.penalised): \(graph.type(of: value))) = \(text)")
    let module = Module(checking: source, options: recipe.options())
    try module.requireFit(of: [call.description], to: "\(graph.type(of: value))", in: objective.source)
    let function = graph.intern(Function(name: "penalty", body: try module.program(name).inlined()))
    let term = graph.call(function, [value])[0]
    guard graph.type(of: term).isScalar, graph.type(of: term).element.isFloat else {
      throw TrainingError.notARule(call.description, expected: "penalty, one number of an array")
    }
    let isFit = graph.type(of: term).element == graph.type(of: loss).element
    return isFit ? term : graph.append(.cast, [term], type: graph.type(of: loss))
  }
}
