import NablaDiagnostics

extension Graph {
  /// Adds an input. Two calls make two inputs, also with one name.
  ///
  /// - Precondition: no extent of the type is negative or undefined.
  public mutating func parameter(_ name: String, _ type: TensorType = TensorType()) -> NodeID {
    let operation = Operation.parameter(parameters.count)
    parameters.append(Parameter(name: name, type: type))
    if !type.isScalar { return append(operation, [], type: type) }
    // Formulas have many inputs, nearly all of them numbers, whose types need no check.
    let opcode = NodeTable.Opcode(operations.intern(operation)) + NodeTable.firstAttribute
    return settle(nodes.intern(opcode, TypeID(types.intern(type)), 0, 0, 0, 0))
  }

  /// Adds an input that the text declares at a place.
  ///
  /// - Precondition: as for ``parameter(_:_:)``.
  public mutating func parameter(_ name: String, _ type: TensorType, at range: SourceRange) -> NodeID {
    let saved = currentOrigin
    defer { currentOrigin = saved }
    currentOrigin = origins.add(Origin(range, name: name))
    return parameter(name, type)
  }

  /// Adds a number, which has no origin: it is the same one wherever it stands.
  public mutating func constant(_ value: Constant, _ element: ElementType = .f64) -> NodeID {
    precondition(value.isValue(of: element), "\(value) is no \(element.rawValue)")
    let opcode = NodeTable.Opcode(operations.intern(.constant(value))) + NodeTable.firstAttribute
    let node = nodes.intern(opcode, TypeID(types.intern(TensorType(element))), 0, 0, 0, 0)
    if node.isNew { originColumn.append(.none) }
    return node.id
  }

  /// Adds a node, or finds the equal one.
  ///
  /// - Precondition: the operands are of this graph and the type rule accepts them; text of unknown worth goes through
  ///   ``resultType(of:_:stated:)`` first.
  public mutating func append(_ operation: Operation, _ operands: [NodeID], type stated: TensorType) -> NodeID {
    if case .elementwise(let f) = operation { return apply(f, operands) }
    let type: TensorType
    do {
      type = try resultType(of: operation, operands, stated: stated)
    } catch {
      preconditionFailure("\(operation.name) of \(operands.map { self.type(of: $0) }): \(error)")
    }
    let opcode = NodeTable.Opcode(operations.intern(operation)) + NodeTable.firstAttribute
    return settle(nodes.intern(opcode, TypeID(types.intern(type)), operands))
  }

  // Elementwise nodes are nearly all, so their ways in do not allocate.

  public mutating func apply(_ f: Elementwise, _ x: NodeID) -> NodeID {
    let type = nodes.type(x)
    return settle(nodes.intern(f.opcode, elementwiseType(f, 1, type, type, type), 1, x.raw, 0, 0))
  }

  public mutating func apply(_ f: Elementwise, _ x: NodeID, _ y: NodeID) -> NodeID {
    let first = nodes.type(x)
    return settle(nodes.intern(f.opcode, elementwiseType(f, 2, first, nodes.type(y), first), 2, x.raw, y.raw, 0))
  }

  public mutating func apply(_ f: Elementwise, _ x: NodeID, _ y: NodeID, _ z: NodeID) -> NodeID {
    let type = elementwiseType(f, 3, nodes.type(x), nodes.type(y), nodes.type(z))
    return settle(nodes.intern(f.opcode, type, 3, x.raw, y.raw, z.raw))
  }

  /// The same with operands in an array.
  ///
  /// - Precondition: as many operands as the operation's arity.
  public mutating func apply(_ f: Elementwise, _ operands: [NodeID]) -> NodeID {
    switch operands.count {
    case 1: return apply(f, operands[0])
    case 2: return apply(f, operands[0], operands[1])
    case 3: return apply(f, operands[0], operands[1], operands[2])
    default: preconditionFailure("\(f.name) of \(operands.count) operands")
    }
  }

  /// Adds a call of a function of the table, and returns its results.
  ///
  /// - Precondition: the operands have the types of the function's inputs.
  public mutating func call(_ function: FunctionID, _ operands: [NodeID]) -> [NodeID] {
    let roots = functions[function.index].body.roots
    if roots.isEmpty { return [] }
    // The typing rules know the types.
    let call = append(.call(function), operands, type: TensorType())
    return roots.indices.map { append(.result($0), [call], type: TensorType()) }
  }

  /// Adds a scan, and returns its results.
  ///
  /// - Precondition: the operands have the types that ``Scan`` says.
  public mutating func scan(_ scan: Scan, _ operands: [NodeID]) -> [NodeID] {
    let node = append(.scan(scan), operands, type: TensorType())
    return functions[scan.body.index].body.roots.indices.map { append(.result($0), [node], type: TensorType()) }
  }

  /// Interns a closed function by content: equal bodies are one function.
  public mutating func intern(_ function: Function) -> FunctionID {
    if let known = functionsByContent[function.contentKey] { return known }
    let id = FunctionID(functions.count)
    functions.append(function)
    functionsByContent[function.contentKey] = id
    return id
  }

  // MARK: Origins

  /// An origin to set ``currentOrigin`` to.
  public mutating func intern(_ origin: Origin) -> OriginID { origins.intern(origin) }

  /// The origin of another graph, in this one.
  mutating func intern(_ id: OriginID, of source: Graph) -> OriginID {
    id == .none ? .none : origins.adopt(id, of: source.origins)
  }

  /// The same without its name: what nodes derived from a node inherit.
  public func withoutName(_ id: OriginID) -> OriginID { origins.withoutName(id) }

  /// Unites an origin with what the node already has.
  public mutating func addOrigin(_ origin: Origin, to id: NodeID) {
    let known = origins[originColumn[id.index]]
    if !known.covers(origin) { originColumn[id.index] = origins.intern(known.union(origin)) }
  }

  /// Gives a node the current origin, or unites it with what an equal node had.
  @inline(__always)
  private mutating func settle(_ node: (id: NodeID, isNew: Bool)) -> NodeID {
    if node.isNew {
      originColumn.append(currentOrigin)
    } else if currentOrigin != .none, originColumn[node.id.index] != currentOrigin {
      originColumn[node.id.index] = origins.union(originColumn[node.id.index], currentOrigin)
    }
    return node.id
  }

  // MARK: Types

  @inline(__always)
  private mutating func elementwiseType(
    _ f: Elementwise, _ arity: Int, _ x: TypeID, _ y: TypeID, _ z: TypeID
  ) -> TypeID {
    // The arity belongs to the key: a wrong number of operands must not find a right one's answer.
    let key = TypingCache.Key(f, arity, x, y, z)
    return typing[key] ?? deriveType(f, arity, [x, y, z], key)
  }

  @inline(never)
  private mutating func deriveType(
    _ f: Elementwise, _ arity: Int, _ operands: [TypeID], _ key: TypingCache.Key
  ) -> TypeID {
    // Nearly every graph is of one float type.
    if operands.allSatisfy({ $0 == operands[0] }), arity == f.arity, f.typing == .real || f.typing == .numeric,
      types[operands[0].index].element.isFloat
    {
      typing.insert(operands[0], for: key)
      return operands[0]
    }
    let operands = operands.prefix(arity).map { types[$0.index] }
    do {
      let type = TypeID(types.intern(try f.resultType(operands)))
      typing.insert(type, for: key)
      return type
    } catch {
      preconditionFailure("\(f.name) of \(operands): \(error)")
    }
  }
}

extension Elementwise {
  fileprivate var opcode: NodeTable.Opcode { NodeTable.Opcode(rawValue) }
}

extension Graph {
  /// Where looking a node up finds it; for verification.
  func find(_ id: NodeID) -> NodeID? { nodes.find(id) }
}
