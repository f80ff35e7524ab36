import NablaGraph

/// A function worked through step by step, forwards and then backwards, as a person does it on paper.
///
/// It is made from the graph as the user wrote it: names of the text stay, other steps get letters. Pictures,
/// explanations and perturbations are renderings of this one value.
public struct Derivation: Sendable {
  /// The function's name, or `f`.
  public let functionName: String
  /// The whole function in one line, where that is short: `f(a, b, c) = 3·(a + b·c)`.
  public let formula: String?
  /// Inputs first, then operands before users; the outputs are among them.
  public let steps: [Step]
  /// The steps that are results.
  public let outputs: [Int]
  /// The result that is differentiated; `nil` where there is no derivative.
  public let differentiated: Int?
  /// How many steps were left out, since there are too many to read.
  public let elidedCount: Int

  /// One intermediate value.
  public struct Step: Sendable {
    public enum Role: Hashable, Sendable { case input, intermediate, output }

    public let node: NodeID
    public let role: Role
    /// Unique among the steps.
    public let name: String
    /// What the step computes, in terms of other steps' names: `b·c`. Empty for inputs.
    public let formula: String
    public let type: TensorType
    /// The steps that it is computed from, each once, in the order of the formula.
    public var uses: [Use]
    /// Whether it is also computed from steps that were left out.
    public let usesElided: Bool
    /// Whether steps that were left out are computed from it.
    public var isUsedByElided: Bool
    /// At the point, if one is given.
    public var value: Quantity?
    /// The derivative of the differentiated result by this step.
    public var derivative: Partial?
  }

  /// A step's dependence on one it is computed from.
  public struct Use: Sendable {
    /// Its index in ``Derivation/steps``.
    public let step: Int
    /// The partial derivative of the user by it, other operands held.
    public var local: Partial?
    /// The user's derivative times the local one: what this path adds to the operand's derivative.
    public var contribution: Partial?
  }

  /// A derivative as text, as a number, or both.
  public struct Partial: Sendable {
    /// In terms of the steps' names; `nil` for arrays and where steps were left out.
    public var formula: String?
    public var value: Quantity?
  }

  /// The steps that use a step, with the position among their uses.
  public func users(of step: Int) -> [(step: Int, use: Int)] { usersByStep[step] }

  private let usersByStep: [[(step: Int, use: Int)]]

  /// How many steps the longest way from an input to a result has.
  public let length: Int

  init(
    functionName: String, formula: String?, steps: [Step], outputs: [Int], differentiated: Int?, elidedCount: Int,
    inputNodes: [NodeID]
  ) {
    self.functionName = functionName
    self.formula = formula
    self.steps = steps
    self.outputs = outputs
    self.differentiated = differentiated
    self.elidedCount = elidedCount
    self.inputNodes = inputNodes
    var users = [[(step: Int, use: Int)]](repeating: [], count: steps.count)
    for (index, step) in steps.enumerated() {
      for (position, use) in step.uses.enumerated() { users[use.step].append((index, position)) }
    }
    usersByStep = users
    var lengths: [Int] = []
    for step in steps { lengths.append(1 + (step.uses.map { lengths[$0.step] }.max() ?? 0)) }
    length = lengths.max() ?? 0
  }

  public var inputs: [Int] { steps.indices.filter { steps[$0].role == .input } }

  /// The nodes of all inputs in calling order, shown or not.
  let inputNodes: [NodeID]

  /// `∂f/∂x`.
  public func derivativeName(of step: Int) -> String {
    guard let differentiated else { return "" }
    return "∂\(steps[differentiated].name)/∂\(steps[step].name)"
  }
}

/// A call that is shown as one step: `softmax(z)`.
public struct CallStep: Sendable {
  public enum Argument: Hashable, Sendable {
    case node(NodeID)
    case text(String)
  }

  public let name: String
  public let arguments: [(label: String?, value: Argument)]
  public let result: NodeID
  /// What the call computes, by index, the result included.
  public let nodes: Range<Int>

  public init(name: String, arguments: [(label: String?, value: Argument)], result: NodeID, nodes: Range<Int>) {
    self.name = name
    self.arguments = arguments
    self.result = result
    self.nodes = nodes
  }
}

/// What is derived, and how much of it is shown.
public struct DerivationOptions: Sendable {
  /// The values of the inputs, by name: one number for a scalar, the elements in row-major order for an array.
  public var point: [String: [Double]]?
  /// Whether derivatives are taken.
  public var backward = false
  public var functionName = "f"
  /// Which result is differentiated.
  public var output = 0
  /// The most steps that are shown; what is farther from the results is left out and counted.
  public var limit = 60
  /// Steps farther than this from a result are left out; overrides ``limit``.
  public var depth: Int?
  /// Calls of functions that are one step each, whatever they compute inside.
  public var calls: [CallStep] = []
  /// The function as its author wrote it: what stands above it where calls are steps.
  public var sourceLine: String?

  public init(
    point: [String: [Double]]? = nil, backward: Bool = false, functionName: String = "f", limit: Int = 60,
    depth: Int? = nil
  ) {
    self.point = point
    self.backward = backward
    self.functionName = functionName
    self.limit = limit
    self.depth = depth
  }

  /// A point of scalars.
  public init(at point: [String: Double], backward: Bool = true, functionName: String = "f") {
    self.init(point: point.mapValues { [$0] }, backward: backward, functionName: functionName)
  }
}
