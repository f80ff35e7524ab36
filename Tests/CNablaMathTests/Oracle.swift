import Foundation

/// A point of the oracle: operands, and the exact value as a double and what that left.
struct ExactPoint {
  var operands: [Double]
  var result: Double
  /// The exact value minus `result`, in ulps of `result`.
  var rest: Double

  /// The error of a value in units in the last place of the exact one.
  func error(of value: Double) -> Double {
    guard value.isFinite else { return .infinity }
    return abs((value - result) / result.ulp - rest)
  }
}

/// The points of Data/oracle.txt by function; `libm.NAME` are the C library's.
let oracle: [String: [ExactPoint]] = {
  guard let url = Bundle.module.url(forResource: "oracle", withExtension: "txt", subdirectory: "Data"),
    let text = try? String(contentsOf: url, encoding: .utf8)
  else { return [:] }
  var points: [String: [ExactPoint]] = [:]
  var name = ""
  for line in text.split(separator: "\n") {
    let numbers = line.split(separator: " ").map { Double($0) }
    if numbers.count == 1 {
      name = String(line)
    } else {
      let values = numbers.map { $0 ?? .nan }
      let point = ExactPoint(
        operands: Array(values.dropLast(2)), result: values[values.count - 2], rest: (values.last ?? .nan) / 1000)
      points[name, default: []].append(point)
    }
  }
  return points
}()
