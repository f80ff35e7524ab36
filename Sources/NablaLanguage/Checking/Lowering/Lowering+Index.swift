import NablaDiagnostics
import NablaGraph

/// `x[i]`, `x[a:b, ::2, -1]`, `x[..., newaxis]`: views, made of a slice and a reshape.
extension Lowering {
  private enum Part {
    /// One element: the axis goes away.
    case element(Dimension)
    case slice(start: Dimension?, stop: Dimension?, step: Int)
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
      return size(value, at: id).map { .element($0) }
    }
  }

  private mutating func size(_ value: Value, at id: SyntaxID) -> Dimension? {
    if let size = value.size { return size }
    if case .node(let node, .firm) = value, graph.type(of: node).element.isInteger {
      report(.notYet, "an index that is computed at run time is not supported yet", at: id)
    } else if !value.isInvalid {
      report(.index, "an index is an integer known before the run, not \(describe(value))", at: id)
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
    var slices: [Operation.Slice] = []
    var dimensions: [Dimension] = []
    for part in parts {
      switch part {
      case .newaxis, .ellipsis: dimensions.append(1)
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
    let cut = isWhole ? node : graph.append(.slice(slices), [node], type: type)
    let shape = Shape(dimensions)
    if graph.type(of: cut).shape == shape { return .node(cut, firmness) }
    return .node(graph.append(.reshape, [cut], type: TensorType(type.element, shape)), firmness)
  }

  /// The parts with `...`, and what is left out at the end, written as whole slices.
  private mutating func complete(_ parts: [Part], rank: Int, of shape: Shape, at id: SyntaxID) -> [Part]? {
    var used = 0
    var ellipses = 0
    for part in parts {
      switch part {
      case .element, .slice: used += 1
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
