import NablaData
import NablaDatasets
import NablaGraph
import NablaRuntime

/// A data set as the value of parameters: each column with all its examples along a first axis.
enum DataPoint {
  /// - Parameters:
  ///   - request: as `nabla train --data` has it.
  ///   - isWanted: which columns are meant, by their names.
  static func members(_ request: String, _ isWanted: (String) -> Bool) throws -> [Point.Member] {
    let data = try DataRequest(parsing: request).load().split(nil).training
    return try data.columns.filter { isWanted($0.name) }.map { column in
      let position = try data.position(of: column.name)
      let width = column.shape.reduce(1, *)
      // Scaled or not, doubles hold the stored numbers exactly; classes are integers.
      let element: ElementType = column.classes == nil || !column.shape.isEmpty ? .f64 : .i64
      let values = Column(data.count * width, of: element) { bytes in
        guard let base = bytes.baseAddress else { return }
        data.gather(Array(0..<data.count), column: position, into: base, as: element)
      }
      return Point.Member(name: column.name, value: .tensor(Tensor(values, shape: [data.count] + column.shape)))
    }
  }
}
