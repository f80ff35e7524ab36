import ArgumentParser
import Foundation
import NablaNetworks

/// The name of an epoch's file: `run/{epoch:03}-{val_loss:.2f}.safetensors`, with the measures of the epoch in braces, as
/// they are or as a format has them: `3` places, `03` with zeros, `.2` or `.2f` digits after the point.
struct EpochFileName {
  private enum Part {
    case text(String)
    case measure(String, width: Int, zeros: Bool, digits: Int?)
  }

  private let parts: [Part]

  /// - Parameter known: the measures of an epoch, beside its number.
  init(_ text: String, measures known: [String]) throws {
    var parts: [Part] = []
    var rest = text[...]
    func fault(_ problem: String) -> ValidationError { ValidationError("--keep-as '\(text)': \(problem)") }
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { throw fault("a brace is open") }
      parts.append(.text(String(rest[..<open])))
      let field = rest[rest.index(after: open)..<close].split(separator: ":", maxSplits: 1)
      rest = rest[rest.index(after: close)...]
      let names = ["epoch", "step"] + known
      guard let name = field.first.map(String.init), names.contains(name) else {
        throw fault("in braces stands one of \(names.joined(separator: ", "))")
      }
      guard let format = EpochFileName.format(field.count > 1 ? field[1] : "") else {
        throw fault("a format is a width and digits, such as {epoch:03} or {\(known.first ?? "loss"):.2f}")
      }
      parts.append(.measure(name, width: format.width, zeros: format.zeros, digits: format.digits))
    }
    parts.append(.text(String(rest)))
    self.parts = parts
    guard parts.count > 1 else { throw fault("epochs need names of their own, as {epoch} gives them") }
    guard text.hasSuffix(".safetensors") else { throw fault("the name of a model ends in .safetensors") }
  }

  /// `03`, `.2f`, `02d`, `8.3`.
  private static func format(_ text: Substring) -> (width: Int, zeros: Bool, digits: Int?)? {
    let numbers = text.last.map { "dfg".contains($0) } == true ? text.dropLast() : text
    let sides = numbers.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let width = sides.first.map { $0.isEmpty ? 0 : Int($0) } ?? 0
    let digits = sides.count > 1 ? Int(sides[1]) : nil
    guard let width, (0...40).contains(width), sides.count < 2 || (0...17).contains(digits ?? -1) else { return nil }
    return (width, sides.first?.hasPrefix("0") == true, digits)
  }

  func path(_ record: EpochRecord) -> String {
    parts.map { part in
      switch part {
      case .text(let text): return text
      case .measure(let name, let width, let zeros, let digits):
        let text: String
        switch name {
        case "epoch": text = "\(record.epoch)"
        case "step": text = "\(record.step)"
        default:
          let value = record[name] ?? .nan
          text = digits.map { String(format: "%.*f", $0, value) } ?? String(format: "%g", value)
        }
        return String(repeating: zeros ? "0" : " ", count: max(width - text.count, 0)) + text
      }
    }.joined()
  }
}
