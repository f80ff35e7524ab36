import NablaCompiler
import NablaLanguage
import Testing

@testable import NablaNetworks

/// How many kernels a step of training of each example is at most: what has become one kernel stays one.
@Suite struct KernelCountTests {
  struct Example: CustomTestStringConvertible {
    let path: String
    let sizes: [String: Int]
    let inference: String
    /// Of a step, those in the bodies of loops included, and of a prediction.
    let step: Int
    let prediction: Int
    let why: String

    init(_ path: String, _ sizes: [String: Int], _ inference: String, _ step: Int, _ prediction: Int, _ why: String) {
      (self.path, self.sizes, self.inference) = (path, sizes, inference)
      (self.step, self.prediction, self.why) = (step, prediction, why)
    }

    var testDescription: String { path }
  }

  // swift-format-ignore
  static let examples = [
    Example("benchmarks/mlp", ["m": 128], "infer", 13, 3,
      "a product a layer forwards, two or one backwards with the update in them; one has the loss with its derivative, and four update biases"),
    Example("benchmarks/lenet", ["m": 32], "infer", 30, 8,
      "the examples are turned once; each convolution is one product, with its windows clipped, beside its pooling"),
    Example("benchmarks/conv3x3", ["m": 4], "infer", 11, 6,
      "five write the picture within zeros, two are the convolution and its derivative with the update"),
    Example("benchmarks/lstm", ["m": 32], "infer", 25, 7,
      "a step is a product and four loops of gates forwards, three loops and a product backwards; the weights are products over all steps"),
    Example("benchmarks/rnn", ["m": 32], "infer", 22, 6,
      "a step is one product with what follows it, backwards a loop more; two sums over all steps come in halves"),
    Example("benchmarks/logreg", ["m": 1000], "infer", 5, 1,
      "the examples are read once for the loss and its derivative, and once for the sums over them"),
    Example("benchmarks/softmax", ["m": 64], "infer", 2, 1,
      "value and derivative are one kernel of rows, and the mean a division"),
    Example("benchmarks/layernorm_gelu", ["m": 64], "infer", 5, 1,
      "value and derivatives are one kernel of rows; the sums over rows, the rate and the update follow"),
    Example("benchmarks/attention", ["m": 8], "infer", 16, 5,
      "four products forwards with the softmax between them, and two for each of them backwards"),
    Example("benchmarks/gemm", ["n": 256], "infer", 5, 1,
      "a product, one with the update in it, the sum of squares, the mean and the rate"),
    Example("networks/mlp", ["m": 32, "n": 64], "net", 13, 4,
      "as the benchmark, with the softmax of a prediction"),
    Example("networks/cnn", ["m": 32], "net", 32, 7,
      "two convolutions, pooled, as those of lenet; their derivatives have zeros around the pictures"),
    Example("networks/rnn", ["m": 32, "t": 8, "n": 8], "net", 20, 7,
      "as the benchmark"),
    Example("networks/lstm", ["m": 32, "t": 8, "n": 8], "net", 25, 8,
      "as the benchmark"),
    Example("networks/gru", ["m": 32, "t": 8, "n": 8], "net", 29, 8,
      "the candidate waits for a gate, so that a step has two products each way"),
    Example("networks/characters", ["m": 32, "t": 32, "vocabulary": 62], "net", 32, 10,
      "an embedding is read where it is used, and its derivative is a scatter; all states go on to the head"),
    Example("networks/sunspots", ["m": 32, "t": 20], "net", 27, 7,
      "as gru, with one number for a result"),
  ]

  @Test(arguments: examples)
  func `a step and a prediction are no more kernels`(_ example: Example) throws {
    var recipe = Recipe(loss: "loss")
    recipe.optimizer = "sgd(0.01)"
    recipe.sizes = example.sizes
    let training = try SyntheticTraining(
      try SyntheticTrainingTests.source(example.path), recipe, inference: example.inference)
    // Tiles are those of one kind of registers, so that every machine counts alike.
    let unit = VectorUnit(bytes: 64, registers: 32)
    let step = try ProgramPlan(training.step, unit: unit).kernelCount
    #expect(step <= example.step, "\(example.why)")
    let prediction = try ProgramPlan(try #require(training.inference), unit: unit).kernelCount
    #expect(prediction <= example.prediction, "\(example.why)")
  }
}
