import Foundation
import NablaData
import NablaGraph
import NablaRuntime
import Testing

/// What NumPy wrote: see `Fixtures/arrays.py`.
enum Fixture {
  static let all: JSONValue = {
    let url = Bundle.module.url(forResource: "arrays", withExtension: "json", subdirectory: "Fixtures")
    guard let url, let data = try? Data(contentsOf: url), let value = try? JSONValue(parsing: Array(data)) else {
      return .null
    }
    return value
  }()

  static func cases(_ name: String) -> [JSONValue] { all[name]?.array ?? [] }
}

extension JSONValue {
  /// A member that every case has.
  func text(_ name: String) throws -> String { try #require(self[name]?.string) }

  func bytes(_ name: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: try text(name)))) }

  func integer(_ name: String) throws -> Int { try #require(self[name]?.integer) }

  var extents: [Int] { (self["shape"]?.array ?? []).compactMap(\.integer) }

  /// The values of a case as a tensor of a type.
  func tensor(_ element: ElementType) throws -> Tensor {
    if case .number(let text) = self["factor"], let factor = Double(text) {
      let count = try #require(Tensor.elementCount(of: extents))
      return try Tensor((0..<count).map { Double($0) * factor }, shape: extents).converted(to: element)
    }
    let values = try #require(self["values"])
    let flat = try Tensor(json: values, as: element)
    return try #require(flat.reshaped(to: extents))
  }
}
