import NablaData
import NablaNetworks
import NablaRuntime

/// Predictions as tables, objects and arrays.
struct PredictionText {
  private let prediction: Prediction
  private let showsClasses: Bool

  init(_ prediction: Prediction, showsClasses: Bool) {
    self.prediction = prediction
    self.showsClasses = showsClasses
  }

  /// A line for each example under a header: its class and how probable that is, or all numbers.
  func csv() throws -> String {
    if showsClasses {
      let lines = zip(prediction.labels, prediction.confidences).map { label, confidence in
        "\(PredictionText.field(prediction.name(label))),\(PlainNumber.text(Float(confidence)))\n"
      }
      return "class,probability\n" + lines.joined()
    }
    let width = prediction.values.shape.dropFirst().reduce(1, *)
    guard prediction.results.count == 1 else {
      throw DataError.notHolding(.csv, "\(prediction.results.count) results; .npz and .json files can")
    }
    let names = prediction.classNames.count == width ? prediction.classNames : (0..<width).map { "\($0)" }
    let header = width == 1 ? ["value"] : names
    let rows = Tensor(prediction.values.column, shape: [prediction.count, width])
    return header.map(PredictionText.field).joined(separator: ",") + "\n" + (try CSVTable.text(rows))
  }

  /// A field of a table, in quotes where it needs them.
  private static func field(_ text: String) -> String {
    text.contains { ",\"\n\r".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = [.init("version", .integer(1)), .init("examples", .integer(prediction.count))]
    if !prediction.classNames.isEmpty {
      members.append(.init("classes", .array(prediction.classNames.map { .string($0) })))
    }
    if showsClasses {
      members.append(.init("labels", .array(prediction.labels.map { .integer($0) })))
      members.append(.init("probabilities", .array(prediction.confidences.map { .double($0) })))
    } else {
      members += prediction.results.map { .init($0.name, $0.tensor.json) }
    }
    return .object(members)
  }

  /// The numbers of the classes, or the only result.
  func array() throws -> Tensor {
    if showsClasses { return labels }
    guard prediction.results.count == 1 else {
      throw DataError.notHolding(.npy, "\(prediction.results.count) results; .npz and .json files can")
    }
    return prediction.values
  }

  var arrays: [NamedTensor] {
    showsClasses
      ? [NamedTensor("labels", labels), NamedTensor("probabilities", Tensor(prediction.confidences))]
      : prediction.results
  }

  private var labels: Tensor { Tensor(Column(prediction.labels.map { Int32($0) }), shape: [prediction.count]) }
}
