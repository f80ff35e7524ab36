import NablaGraph
import NablaRuntime

/// What a model says of examples.
public struct Prediction: Sendable {
  /// The results by name, the examples along the first axis.
  public let results: [NamedTensor]
  /// What the classes are called, where the model was trained on classes; numbers where they have no names.
  public let classNames: [String]

  /// The first result.
  public var values: Tensor { results[0].tensor }

  /// The number of examples.
  public var count: Int { values.shape.first ?? 0 }

  /// Whether ``labels`` mean anything: a number for each of several classes, or one for a class of two.
  public var isClassification: Bool { !classNames.isEmpty && (width == classNames.count || width == 1) }

  private var width: Int { values.shape.dropFirst().reduce(1, *) }

  /// The class of each example: where its greatest number stands, the first of equals; or, of one number, whether it is
  /// above one half.
  public var labels: [Int] {
    let (numbers, width) = (values.doubles, width)
    if width == 1 { return numbers.map { $0 > 0.5 ? 1 : 0 } }
    return (0..<count).map { example in
      let row = numbers[example * width..<(example + 1) * width]
      return row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 } - row.startIndex
    }
  }

  /// How sure each label is, as far as results are probabilities.
  public var confidences: [Double] {
    let (numbers, width) = (values.doubles, width)
    return labels.enumerated().map { example, label in
      if width == 1 { return label == 1 ? numbers[example] : 1 - numbers[example] }
      return numbers[example * width + label]
    }
  }

  /// The name of a label.
  public func name(_ label: Int) -> String { classNames.indices.contains(label) ? classNames[label] : "\(label)" }
}
