import NablaDiagnostics

/// What is known once all names have been led to their declarations: function parameters, recursion, unused names.
extension Resolver {
  /// A parameter that is handed on to a function parameter is one itself.
  mutating func findFunctionParameters() {
    var users: [Int: [HandedOn]] = [:]
    for edge in handedOn { users[edge.callee, default: []].append(edge) }
    var work = unit.routines.indices.filter { hasFunctionParameter($0) }
    while let callee = work.popLast() {
      for edge in users[callee] ?? [] {
        let parameters = unit.routines[callee].parameters
        let target =
          edge.position.map { $0 < parameters.count ? parameters[$0] : nil }
          ?? parameters.first { $0.name == edge.label }
        guard target?.kind == .function,
          let position = unit.routines[edge.routine].parameters.firstIndex(where: { $0.slot == edge.slot }),
          unit.routines[edge.routine].parameters[position].type == nil,
          unit.routines[edge.routine].parameters[position].kind == .value
        else { continue }
        unit.routines[edge.routine].parameters[position].kind = .function
        work.append(edge.routine)
      }
    }
  }

  private func hasFunctionParameter(_ routine: Int) -> Bool {
    unit.routines[routine].parameters.contains { $0.kind == .function }
  }

  /// Finds the definitions that depend on themselves (Tarjan's algorithm), and an order with the called before the
  /// calling.
  mutating func order() {
    mentionUncalled()
    var index = Array(repeating: -1, count: definitions.count)
    var low = index
    var isOpen = Array(repeating: false, count: definitions.count)
    var open: [Int] = []
    var visits: [(definition: Int, next: Int)] = []
    var time = 0
    for start in definitions.indices where index[start] < 0 {
      visits.append((start, 0))
      while let (definition, next) = visits.last {
        if index[definition] < 0 {
          index[definition] = time
          low[definition] = time
          time += 1
          open.append(definition)
          isOpen[definition] = true
        }
        if next < definitions[definition].mentions.count {
          visits[visits.count - 1].next += 1
          let target = definitions[definition].mentions[next].definition
          if index[target] < 0 {
            visits.append((target, 0))
          } else if isOpen[target] {
            low[definition] = min(low[definition], index[target])
          }
          continue
        }
        visits.removeLast()
        if let caller = visits.last?.definition { low[caller] = min(low[caller], low[definition]) }
        guard low[definition] == index[definition] else { continue }
        var component: [Int] = []
        while let member = open.popLast() {
          isOpen[member] = false
          component.append(member)
          if member == definition { break }
        }
        close(component)
      }
    }
  }

  /// Checking looks at a local function that nobody calls from the function around it, as if that called it.
  private mutating func mentionUncalled() {
    for (index, routine) in unit.routines.enumerated() where !routine.isMentioned {
      guard let parent = routine.parent else { continue }
      definitions[definitionOfRoutine[parent]].mentions.append(
        .init(definition: definitionOfRoutine[index], range: routine.range))
    }
  }

  /// Takes in a set of definitions that depend on one another, or one that stands alone.
  private mutating func close(_ component: [Int]) {
    for member in component {
      if case .routine(let routine) = definitions[member].content { unit.callOrder.append(routine) }
    }
    let first = component.min { definitions[$0].range < definitions[$1].range } ?? component[0]
    let isCyclic = component.count > 1 || definitions[first].mentions.contains { $0.definition == first }
    guard isCyclic else { return }
    let members = Set(component)
    for member in component {
      switch definitions[member].content {
      case .routine(let routine): unit.routines[routine].isFaulty = true
      case .clause(let id): unit.faultyDefinitions.insert(id)
      }
    }
    // A value that needs itself is a cycle; a function that needs itself is a recursion.
    let values = component.filter { member in
      switch definitions[member].content {
      case .routine(let routine): return unit.routines[routine].role == .constant
      case .clause: return definitions[member].parent.map { !members.contains($0) } ?? true
      }
    }
    let value = values.min { definitions[$0].range < definitions[$1].range }
    report(cycleFrom: value ?? first, among: members, isRecursion: value == nil)
  }

  private mutating func report(cycleFrom start: Int, among members: Set<Int>, isRecursion: Bool) {
    let name = definitions[start].name
    let path = cycle(from: start, among: members)
    let through = path.dropFirst().prefix(4).map { "'\(definitions[$0].name)'" }.joined(separator: ", ")
    let way = path.count > 1 ? " through \(through)\(path.count > 5 ? ", …" : "")" : ""
    let second = path.count > 1 ? path[1] : start
    let range = definitions[start].mentions.first { $0.definition == second }?.range ?? definitions[start].range
    problems.report(
      isRecursion
        ? Diagnostic(.recursion, "'\(name)' calls itself\(way); functions may not be recursive", at: range)
        : Diagnostic(.cycle, "'\(name)' is defined by itself\(way)", at: range))
  }

  /// A shortest way from a definition back to itself.
  private func cycle(from start: Int, among members: Set<Int>) -> [Int] {
    var previous: [Int: Int] = [:]
    var front = [start]
    while !front.isEmpty {
      var next: [Int] = []
      for definition in front {
        for mention in definitions[definition].mentions where members.contains(mention.definition) {
          if mention.definition == start {
            var path = [definition]
            while let last = path.last, last != start, let before = previous[last] { path.append(before) }
            return path.reversed()
          }
          if previous[mention.definition] == nil {
            previous[mention.definition] = definition
            next.append(mention.definition)
          }
        }
      }
      front = next
    }
    return [start]
  }

  // MARK: Unused names

  /// Warns about parameters and local names that nothing uses; a name that begins with `_` says that it is meant so.
  mutating func reportUnused() {
    guard !isLibrary, !tree.hasErrorNode else { return }
    for routine in unit.routines where routine.role != .layer && !routine.isFaulty {
      var owners: Set<Int> = []
      for slot in routine.slots where slot.role == .dimension && slot.isUsed {
        if let owner = slot.owner { owners.insert(owner) }
      }
      for slot in routine.slots where !slot.isUsed && !tree.name(slot.name).hasPrefix("_") {
        let name = tree.name(slot.name)
        switch slot.role {
        case .parameter:
          if owners.contains(where: { routine.parameters[$0].range == slot.range }) { continue }
          problems.report(
            Diagnostic(.unusedParameter, "the parameter '\(name)' of '\(routine.name)' is not used", at: slot.range))
        case .local:
          problems.report(Diagnostic(.unusedName, "'\(name)' is not used", at: slot.range))
        case .dimension, .part, .loop: continue
        }
      }
    }
  }
}

extension SyntaxTree {
  /// Whether some place could not be parsed.
  var hasErrorNode: Bool { nodes.contains { $0.tag == .error } }
}
