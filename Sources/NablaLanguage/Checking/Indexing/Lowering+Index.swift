import NablaDiagnostics
import NablaGraph

/// `x[i]`, `x[a:b, ::2, -1]`, `x[..., newaxis]`, `x[ids]`: a slice and a reshape for what is known before the run, then
/// gathers.
extension Lowering {
  private enum Part {
    /// One element: the axis goes away.
    case element(Dimension)
    /// The element, or elements, at a place that is computed.
    case place(NodeID, SyntaxID)
    case slice(start: Dimension?, stop: Dimension?, step: Int)
    /// As many elements from a place that is computed.
    case window(start: NodeID, count: Dimension, SyntaxID)
    case newaxis
    case ellipsis
  }

  mutating func startIndex(_ id: SyntaxID, _ base: SyntaxID, _ indices: ArraySlice<SyntaxID>) {
    tasks.append(.finish(id))
    for index in indices.reversed() {
      switch tree.kind(index) {
      case .slice: for part in tree.children(index).reversed() { tasks.append(.evaluate(part)) }
      case .ellipsis: break
      default: tasks.append(.evaluate(index))
      }
    }
    tasks.append(.evaluate(base))
  }

  mutating func finishIndex(_ id: SyntaxID, _ indices: ArraySlice<SyntaxID>) {
    var count = 0
    for index in indices {
      switch tree.kind(index) {
      case .slice: count += tree.children(index).count
      case .ellipsis: break
      default: count += 1
      }
    }
    let values = pop(count)
    let base = pop()
    if base.isInvalid || values.contains(.invalid) { return push(.invalid) }
    var rest = values[...]
    var parts: [Part] = []
    for index in indices {
      guard let part = part(index, &rest) else { return push(.invalid) }
      parts.append(part)
    }
    switch base {
    case .sizes(let array): push(element(of: array, parts, at: id))
    case .node(let node, let firmness): push(element(of: node, firmness, parts, at: id))
    case .number, .size, .boolean: push(indexError("a scalar has no axes to index", at: id))
    default:
      reportNotNumber(base, at: place(id), in: "an index")
      push(.invalid)
    }
  }

  private mutating func indexError(_ message: String, at id: SyntaxID) -> Value {
    report(.index, message, at: id)
    return .invalid
  }

  private mutating func part(_ id: SyntaxID, _ values: inout ArraySlice<Value>) -> Part? {
    switch tree.kind(id) {
    case .ellipsis: return .ellipsis
    case .slice(let start, let stop, let step):
      let first = start.map { _ in values.popFirst() ?? .invalid }
      let last = stop.map { _ in values.popFirst() ?? .invalid }
      let by = step.map { _ in values.popFirst() ?? .invalid }
      if let first, let last, by == nil, let window = window(first, last, at: id) { return window }
      var bounds: [Dimension?] = []
      for (value, place) in [(first, start), (last, stop)] {
        guard let value, let place else {
          bounds.append(nil)
          continue
        }
        guard let size = size(value, at: place) else { return nil }
        bounds.append(size)
      }
      guard let by, let step else { return .slice(start: bounds[0], stop: bounds[1], step: 1) }
      guard let stride = by.rational?.integer, stride != 0, stride.magnitude <= 1 << 31 else {
        report(.index, "the step of a slice is a literal integer other than 0", at: step)
        return nil
      }
      return .slice(start: bounds[0], stop: bounds[1], step: stride)
    default:
      let value = values.popFirst() ?? .invalid
      if value == .newaxis { return .newaxis }
      if value.size == nil, let node = integer(value, at: id) { return .place(node, id) }
      return size(value, at: id).map { .element($0) }
    }
  }

  /// A slice between computed places whose distance is known.
  private mutating func window(_ start: Value, _ stop: Value, at id: SyntaxID) -> Part? {
    guard start.size == nil || stop.size == nil, let count = distance(start, stop, at: id),
      count.constant.map({ $0 >= 0 }) ?? true, let first = integer(start, at: id)
    else { return nil }
    return .window(start: graph.cast(first, .i64), count: count, id)
  }

  private mutating func size(_ value: Value, at id: SyntaxID) -> Dimension? {
    if let size = value.size { return size }
    switch value {
    case .invalid: break
    case .node(let node, _) where graph.type(of: node).element == .bool:
      report(
        .index,
        "a mask is no index: 'where(mask, x, 0)' keeps the shape, and 'sum(where(mask, x, 0))' sums what it marks",
        at: id)
    case .node(let node, .firm) where graph.type(of: node).element.isInteger:
      report(.index, "the bounds of a slice are sizes, or a known number of places apart: 'x[i:i + 3]'", at: id)
    default: report(.index, "an index is an integer, not \(describe(value))", at: id)
    }
    return nil
  }

  /// `x.shape[k]`, `x.shape[1:]`: sizes stay sizes where the indices are numbers.
  private mutating func element(of array: SizeArray, _ parts: [Part], at id: SyntaxID) -> Value {
    if let list = array.list, parts.count == 1 {
      let extent = Dimension(list.count)
      switch parts[0] {
      case .element(let index) where index.constant != nil:
        guard let place = wrapped(index, extent, at: id)?.constant else { return .invalid }
        return .size(of: list[place])
      case .slice(let start, let stop, let step):
        guard let slice = slice(start, stop, step, extent, at: id) else { return .invalid }
        guard let first = slice.start.constant, let count = slice.count.constant else { break }
        return .sizes(SizeArray((0..<count).map { list[first + $0 * step] }, [count]))
      default: break
      }
    }
    guard let (node, firmness) = operand(.sizes(array), at: place(id), in: "an index") else { return .invalid }
    return element(of: node, firmness, parts, at: id)
  }

  private mutating func element(
    of node: NodeID, _ firmness: Firmness, _ given: [Part], at id: SyntaxID
  ) -> Value {
    let type = graph.type(of: node)
    guard let parts = complete(given, rank: type.shape.rank, of: type.shape, at: id) else { return .invalid }
    guard standTogether(given, at: id) else { return .invalid }
    var slices: [Operation.Slice] = []
    var dimensions: [Dimension] = []
    var places: [Place] = []
    var windows: [Window] = []
    for part in parts {
      switch part {
      case .newaxis, .ellipsis: dimensions.append(1)
      case .place, .window:
        let extent = type.shape.dimensions[slices.count]
        if case .place(let index, let site) = part {
          places.append(Place(axis: dimensions.count, node: index, site: site))
        } else if case .window(let start, let count, let site) = part {
          windows.append(Window(axis: dimensions.count, start: start, count: count, site: site))
        }
        slices.append(.init(start: 0, count: extent))
        dimensions.append(extent)
      case .element(let index):
        let extent = type.shape.dimensions[slices.count]
        guard let start = wrapped(index, extent, at: id) else { return .invalid }
        slices.append(.init(start: start, count: 1))
      case .slice(let start, let stop, let step):
        let extent = type.shape.dimensions[slices.count]
        guard let slice = slice(start, stop, step, extent, at: id) else { return .invalid }
        slices.append(slice)
        dimensions.append(slice.count)
      }
    }
    guard isManageable(Shape(slices.map(\.count)), at: place(id)) else { return .invalid }
    // Sizes that are names may be outside for certain, too, as `n` is in an axis of `n`.
    guard (try? graph.resultType(of: .slice(slices), [node], stated: type)) != nil else {
      return indexError("the index lies outside the shape \(type.shape)", at: id)
    }
    setOrigin(id)
    let isWhole = zip(slices, type.shape.dimensions).allSatisfy { $0.start == 0 && $0.step == 1 && $0.count == $1 }
    var cut = isWhole ? node : graph.append(.slice(slices), [node], type: type)
    let shape = Shape(dimensions)
    if graph.type(of: cut).shape != shape {
      cut = graph.append(.reshape, [cut], type: TensorType(type.element, shape))
    }
    guard let part = read(cut, windows), let result = read(part, places, at: id) else { return .invalid }
    guard isManageable(graph.type(of: result).shape, at: place(id)) else { return .invalid }
    return .node(result, firmness)
  }

  /// Index arrays and single indices beside them stand side by side: where a slice is between them, NumPy moves axes in
  /// a way that nobody expects.
  private mutating func standTogether(_ parts: [Part], at id: SyntaxID) -> Bool {
    var isArray = false
    var last: Int?
    var isApart = false
    for (position, part) in parts.enumerated() {
      switch part {
      case .place(let node, _):
        if !graph.type(of: node).isScalar { isArray = true }
      case .element: break
      default: continue
      }
      if let last, position > last + 1 { isApart = true }
      last = position
    }
    if !isArray || !isApart { return true }
    report(.index, "index arrays stand side by side, without a slice between them", at: id)
    return false
  }

  /// The parts with `...`, and what is left out at the end, written as whole slices.
  private mutating func complete(_ parts: [Part], rank: Int, of shape: Shape, at id: SyntaxID) -> [Part]? {
    var used = 0
    var ellipses = 0
    for part in parts {
      switch part {
      case .element, .slice, .place, .window: used += 1
      case .ellipsis: ellipses += 1
      case .newaxis: break
      }
    }
    guard used <= rank, ellipses <= 1 else {
      let problem =
        used > rank
        ? "\(used) indices for \(rank == 0 ? "a scalar" : "the shape \(shape)")" : "'...' may stand once among indices"
      report(.index, problem, at: id)
      return nil
    }
    let rest = Array(repeating: Part.slice(start: nil, stop: nil, step: 1), count: rank - used)
    if ellipses == 0 { return parts + rest }
    return parts.flatMap { part -> [Part] in if case .ellipsis = part { rest } else { [part] } }
  }

  /// The place that an index means: a negative one counts from the end.
  private mutating func wrapped(_ index: Dimension, _ extent: Dimension, at id: SyntaxID) -> Dimension? {
    guard let literal = index.constant else { return index }
    let place = literal < 0 ? extent + index : index
    if let start = place.constant, let count = extent.constant, start < 0 || start >= count {
      report(.index, "the index \(literal) is outside an axis of \(count)", at: id)
      return nil
    }
    if (place + 1).isUndefined {
      report(.index, "the index \(literal) is outside any axis", at: id)
      return nil
    }
    return place
  }

  private mutating func slice(
    _ start: Dimension?, _ stop: Dimension?, _ step: Int, _ extent: Dimension, at id: SyntaxID
  ) -> Operation.Slice? {
    func bound(_ value: Dimension?, _ missing: Dimension) -> Dimension {
      guard let value else { return missing }
      return value.constant.map { $0 < 0 } == true ? extent + value : value
    }
    let first = bound(start, step > 0 ? 0 : extent - 1)
    // Going down, the place before the first element has no index of its own.
    let last = bound(stop, step > 0 ? extent : -1)
    let magnitude = Int(step.magnitude)
    let length = step > 0 ? last - first : first - last
    var count = magnitude == 1 ? length : (length + Dimension(magnitude - 1)).floorDividing(by: Dimension(magnitude))
    if let known = count.constant, known < 0 { count = 0 }
    if let extent = extent.constant, let first = first.constant, let last = last.constant {
      let lowest = step > 0 ? first : last + 1
      let highest = step > 0 ? last : first + 1
      guard lowest >= 0, highest <= extent else {
        report(.index, "the slice \(lowest):\(highest) is outside an axis of \(extent)", at: id)
        return nil
      }
    }
    return Operation.Slice(start: first, step: step, count: count)
  }
}
