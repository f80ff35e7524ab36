import Nabla
import NablaData
import NablaDiagnostics
import NablaGraph

/// One line of the protocol, understood.
struct ServeRequest: Sendable {
  /// What can be asked for: the numeric results, and texts.
  enum Item: Hashable, Sendable {
    case numeric(Want)
    case text(Text)

    enum Text: String, CaseIterable, Hashable, Sendable { case derivatives, latex, operations, graph, c, dot, svg }

    init?(_ name: String) {
      if let want = Want(rawValue: name) {
        self = .numeric(want)
      } else if let text = Text(rawValue: name) {
        self = .text(text)
      } else {
        return nil
      }
    }

    static let names = Want.allCases.map(\.rawValue) + Text.allCases.map(\.rawValue)
  }

  var id: JSONValue = .null
  var source = ""
  var function: String?
  var items: [Item] = []
  var wrt: [String]?
  /// One object a point, as it came.
  var points: [JSONValue]?
  /// Bulk points: one list a parameter.
  var columns: [JSONValue.Member]?
  /// The vector of `jvp`, `vjp`, `hvp`: one object, or one a point.
  var vector: JSONValue?
  var backend = Backend.auto
  var order = 1
  var floatType = ElementType.f64
  var sizes: [String: Int] = [:]
  var seed = 0
  var isTraining = false
  var isStrict = false
  var timeout: Int?
  var reportsProgress = false

  var wants: [Want] {
    items.compactMap { item in
      if case .numeric(let want) = item { want } else { nil }
    }
  }

  var texts: [Item.Text] {
    items.compactMap { item in
      if case .text(let text) = item { text } else { nil }
    }
  }
}

// MARK: - Reading

extension ServeRequest {
  /// Reads an object.
  ///
  /// - Throws: a `request.*` diagnostic for the first field that cannot be understood.
  init(_ value: JSONValue) throws(Diagnostic) {
    guard let members = value.members else {
      throw Diagnostic("request.not-an-object", "a request is an object, not \(value.kind)")
    }
    for member in members { try read(member.name, member.value) }
    if value["source"] == nil { throw Diagnostic("request.no-source", "the field 'source' is missing") }
    if items.isEmpty { items = [.numeric(.value)] }
    if !wants.isEmpty, points == nil, columns == nil {
      throw Diagnostic("request.no-point", "'\(wants[0].rawValue)' needs a point: the field 'at'")
    }
    if wants.contains(where: \.takesVector), vector == nil {
      throw Diagnostic("request.no-vector", "'jvp', 'vjp' and 'hvp' need the field 'vector'")
    }
  }

  private mutating func read(_ name: String, _ value: JSONValue) throws(Diagnostic) {
    switch name {
    case "id":
      id = value
    case "source":
      source = try text(name, value)
    case "function":
      function = try text(name, value)
    case "want":
      items = []
      for item in try list(name, value) {
        let text = try text(name, item)
        guard let known = Item(text) else {
          throw Diagnostic(
            "request.unknown-field", "no want '\(text)'; there are \(Item.names.joined(separator: ", "))")
        }
        if !items.contains(known) { items.append(known) }
      }
    case "wrt":
      var names: [String] = []
      for item in try list(name, value) { names.append(try text(name, item)) }
      wrt = names
    case "at":
      points = value.array ?? [value]
      for point in points ?? [] where point.members == nil {
        throw Diagnostic("request.type", "a point of 'at' is an object by parameter, not \(point.kind)")
      }
    case "columns":
      guard let members = value.members else { throw mistyped(name, "an object of lists", value) }
      columns = members
    case "vector":
      vector = value
    case "backend":
      let text = try text(name, value)
      guard let known = Backend(rawValue: text) else {
        throw Diagnostic("request.unknown-backend", "no backend '\(text)'; there are auto, interpreter, c")
      }
      backend = known
    case "order":
      guard let number = value.integer, number >= 1 else { throw mistyped(name, "a positive integer", value) }
      order = number
    case "dtype":
      let text = try text(name, value)
      guard let element = ElementType(rawValue: text), element.isFloat else {
        throw Diagnostic("request.unknown-dtype", "no float type '\(text)'; there are f64 and f32")
      }
      floatType = element
    case "sizes":
      guard let members = value.members else { throw mistyped(name, "an object of integers", value) }
      for member in members {
        guard let size = member.value.integer, size >= 0 else {
          throw mistyped("sizes.\(member.name)", "a size", member.value)
        }
        sizes[member.name] = size
      }
    case "seed":
      guard let number = value.integer else { throw mistyped(name, "an integer", value) }
      seed = number
    case "training": isTraining = try flag(name, value)
    case "strict": isStrict = try flag(name, value)
    case "progress": reportsProgress = try flag(name, value)
    case "timeout_ms":
      guard let number = value.integer, number >= 0 else { throw mistyped(name, "milliseconds", value) }
      timeout = number
    default:
      throw Diagnostic("request.unknown-field", "no field '\(name)'")
    }
  }

  private func mistyped(_ name: String, _ expected: String, _ value: JSONValue) -> Diagnostic {
    Diagnostic("request.type", "'\(name)' is \(expected), not \(value.kind)")
  }

  private func text(_ name: String, _ value: JSONValue) throws(Diagnostic) -> String {
    guard let text = value.string else { throw mistyped(name, "a string", value) }
    return text
  }

  private func flag(_ name: String, _ value: JSONValue) throws(Diagnostic) -> Bool {
    guard let flag = value.boolean else { throw mistyped(name, "true or false", value) }
    return flag
  }

  /// A list, or one value that stands for a list of one.
  private func list(_ name: String, _ value: JSONValue) throws(Diagnostic) -> [JSONValue] {
    if let values = value.array { return values }
    guard value.string != nil else { throw mistyped(name, "a list of names", value) }
    return [value]
  }
}
