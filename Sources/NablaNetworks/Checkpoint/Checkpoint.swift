import Foundation
import NablaData
import NablaDatasets
import NablaDiagnostics
import NablaGraph
import NablaRuntime

/// A model, or a whole run, in one safetensors file: other programs can read the weights from it, and Nabla everything
/// that it needs to predict, or to train on as if it had never stopped.
public struct Checkpoint: Sendable {
  public var tensors: [NamedTensor]
  /// What the file says beside its arrays, under names that begin with `nabla.`.
  var metadata: [String: String]

  public static let version = "1"

  init(_ tensors: [NamedTensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// - Throws: `DataError` with the path and, in a damaged file, the byte.
  public init(path: String) throws(DataError) {
    do {
      (tensors, metadata) = try WholeFile(path).withBytes { bytes throws(DataError) in
        (try Safetensors.tensors(bytes), try Safetensors.metadata(bytes))
      }
    } catch .file(let path, let reason) {
      throw .file(path: path, reason: reason)
    } catch {
      throw .inFile(path: path, error)
    }
  }

  /// Writes the file whole or not at all: what was there before stays until the new one is on the disk.
  public func write(to path: String) throws(DataError) {
    try WholeFile(path).write(try Safetensors.bytes(of: tensors, metadata: metadata))
  }

  /// Whether it can be resumed; a file of weights cannot.
  public var isResumable: Bool { metadata["nabla.state"] != nil }

  /// The epochs that were done.
  public var history: [EpochRecord] { decoded([EpochRecord].self, "nabla.history") ?? [] }

  func decoded<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return metadata[name].flatMap { try? decoder.decode(type, from: Data($0.utf8)) }
  }

  static func encoded(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
