import NablaGraph
import NablaLanguage

/// How a network is trained. Everything that is a formula is a call in Nabla's language, of the standard library or of
/// the program: rules such as `adam(0.001)`, schedules such as `cosine_decay(0.1, 1000)`, penalties such as `l2(0.01)`.
public struct Recipe: Hashable, Sendable {
  /// A limit on gradients.
  public enum Clipping: Hashable, Sendable {
    /// Every element to at most this size.
    case value(Double)
    /// Every parameter's gradient to at most this norm.
    case norm(Double)
    /// All gradients together to at most this norm.
    case globalNorm(Double)
  }

  /// The function of the program that is made small, or one of the library's losses, of the model's result and the
  /// targets, which is then averaged over the batch.
  public var loss: String
  /// The function whose results are predictions; without it, the one that owns the parameters, or the last of the program.
  public var model: String?
  /// The update rule: a layer of a parameter, its gradient, the number of the step and the learning rate.
  public var optimizer = "adam"
  /// The learning rate as a function of the number of steps done; without it, the rate is the rule's.
  public var schedule: String?
  /// Functions of predictions and targets: a layer such as `precision` keeps over an epoch what it is made of, and the
  /// values of any other function are averaged over the examples.
  public var metrics: [String] = []
  /// Functions of one parameter that are added to the loss: `l2(0.01)` for every weight, which is every parameter of two axes
  /// or more; `net.dense_1=l2(0.01)` for the weights of a layer, `net.dense_1.b=l1(0.01)` for one parameter.
  public var penalties: [String] = []
  /// Functions of what a layer gives, or a function of the program, that are added to the loss, divided by the number of
  /// examples: `net.dense_1=l2(0.01)`.
  public var resultPenalties: [String] = []
  /// Functions that parameters go through after each update, for the same parameters.
  public var constraints: [String] = []
  public var clipping: Clipping?
  /// What every update takes off the weights, whatever the rule.
  public var weightDecay: WeightDecay?
  /// How much of its mean so far each parameter's moving average keeps in a step; the averages are what the model has that is
  /// trained. Without it, the model has the parameters of the last step.
  public var averaging: Double?
  /// Paths of layers or parameters that stay as they are.
  public var frozen: [String] = []

  public var batch = 32
  /// How many batches a step's gradient is the mean of: as a larger batch, in the memory of a smaller one.
  public var accumulation = 1
  public var epochs = 1
  public var shuffles = true
  public var seed = 0
  /// The element type of parameters that state none.
  public var floatType = ElementType.f32
  /// Values of sizes that neither the data nor the program say.
  public var sizes: [String: Int] = [:]
  /// Values of sizes of the function that predicts: what a model knows of itself says nothing of other functions.
  var modelSizes: [String: Int] = [:]

  public init(loss: String) { self.loss = loss }
}

extension Recipe {
  /// What programs are checked under, where one function has the sizes that the data say.
  func options(_ function: String? = nil, _ own: [String: Int] = [:], training: Bool = true) -> CheckOptions {
    CheckOptions(
      floatType: floatType, sizes: sizes, ownSizes: function.map { [$0: own] } ?? [:], training: training)
  }
}
