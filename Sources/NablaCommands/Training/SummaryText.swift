import Foundation
import NablaData
import NablaGraph
import NablaNetworks

/// The summary of a network as a table and as an object.
struct SummaryText {
  private let summary: NetworkSummary

  init(_ summary: NetworkSummary) { self.summary = summary }

  /// Columns in line, numbers at their right end.
  var table: String {
    var rows = [["layer", "result", "parameters", "operations"]]
    for input in summary.inputs { rows.append([input.name, "\(input.type)", "", ""]) }
    for row in summary.rows {
      let indent = String(repeating: "  ", count: row.depth)
      let path = row.path.map { $0.split(separator: ".").last.map { String($0) } ?? $0 }
      rows.append([
        indent + (path ?? row.name), "\(row.result)", row.parameters == 0 ? "" : GroupedNumber.text(row.parameters),
        GroupedNumber.text(row.operations),
      ])
    }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      let cells = row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column < 2 ? text + space : space + text
      }
      return SummaryText.trimmed(cells.joined(separator: "  "))
    }
    lines.insert(String(repeating: "-", count: widths.reduce(6, +)), at: 1)
    lines.append(String(repeating: "-", count: widths.reduce(6, +)))
    lines.append("parameters  \(GroupedNumber.text(summary.parameters))  (\(SummaryText.size(summary.bytes)))")
    if summary.states > 0 { lines.append("states      \(GroupedNumber.text(summary.states))") }
    lines.append("operations  \(GroupedNumber.text(summary.operations)) for an example")
    var memory = "results of layers \(SummaryText.size(summary.activations))"
    if let workspace = summary.workspace { memory += ", to predict \(SummaryText.size(workspace))" }
    lines.append("memory      \(memory) for an example")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }

  static func size(_ bytes: Int) -> String {
    for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] where bytes >= unit {
      return String(format: "%.1f %@", Double(bytes) / Double(unit), name)
    }
    return "\(bytes) bytes"
  }

  var json: JSONValue {
    func shape(_ type: TensorType) -> JSONValue {
      .array(type.shape.dimensions.map { $0.constant.map { .integer($0) } ?? .string("\($0)") })
    }
    let rows = summary.rows.map { row in
      JSONValue.object(
        ("name", .string(row.name)), ("path", row.path.map { .string($0) } ?? .null), ("depth", .integer(row.depth)),
        ("shape", shape(row.result)), ("type", .string(row.result.element.rawValue)),
        ("parameters", .integer(row.parameters)), ("states", .integer(row.states)),
        ("operations", .integer(row.operations)))
    }
    let variables = summary.variables.map { variable in
      JSONValue.object(
        ("path", .string(variable.path)), ("shape", shape(variable.type)),
        ("type", .string(variable.type.element.rawValue)),
        ("role", .string(variable.kind == .state ? "state" : "param")))
    }
    let inputs = summary.inputs.map { input in
      JSONValue.object(
        ("name", .string(input.name)), ("shape", shape(input.type)), ("type", .string(input.type.element.rawValue)))
    }
    return .object(
      ("version", .integer(1)), ("function", .string(summary.function)), ("inputs", .array(inputs)),
      ("layers", .array(rows)), ("variables", .array(variables)), ("parameters", .integer(summary.parameters)),
      ("states", .integer(summary.states)), ("bytes", .integer(summary.bytes)),
      ("operations", .integer(summary.operations)), ("activations", .integer(summary.activations)),
      ("workspace", summary.workspace.map { .integer($0) } ?? .null))
  }
}
