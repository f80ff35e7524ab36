import NablaGraph

/// Compositions of the two primitives, ``Graph/pullback(of:cotangents:to:)`` and ``Graph/pushforward(of:from:along:)``.
extension Graph {
  /// The partial derivatives of a scalar by each of `inputs`: one reverse sweep.
  ///
  /// - Shape: each result has the shape of its input.
  /// - Precondition: `output` has rank 0 and a float element type.
  public mutating func gradient(of output: NodeID, by inputs: [NodeID]) -> [NodeID] {
    precondition(type(of: output).isScalar && type(of: output).element.isFloat, "the gradient of a real scalar")
    let one = constant(.one, type(of: output).element)
    return pullback(of: [output], cotangents: [one], to: inputs)
  }

  /// The Jacobian blocks `∂output/∂input`, outputs outermost: by rows in reverse mode or by columns in forward mode,
  /// whichever takes fewer.
  ///
  /// A few rows are taken one by one. More, or as many as a size says, are axes of one sweep, see
  /// ``Graph/vectorised(_:overUnits:)``.
  ///
  /// - Shape: `output.shape + input.shape`.
  /// - Throws: ``VectorisationError`` where an operation between the two cannot be batched.
  public mutating func jacobian(
    of outputs: [NodeID], by inputs: [NodeID]
  ) throws(VectorisationError) -> [[NodeID]] {
    let (rows, columns) = (sweeps(outputs), sweeps(inputs))
    let isByRows = rows.guess <= columns.guess
    let known = isByRows ? rows.known : columns.known
    if let known, known <= Graph.fewSweeps {
      return isByRows
        ? outputs.map { jacobianByRows(of: $0, by: inputs) } : jacobianByColumns(of: outputs, by: inputs)
    }
    do {
      return try isByRows
        ? batchedJacobianByRows(of: outputs, by: inputs) : batchedJacobianByColumns(of: outputs, by: inputs)
    } catch {
      guard let known, known <= Graph.manySweeps else { throw error }
      return isByRows
        ? outputs.map { jacobianByRows(of: $0, by: inputs) } : jacobianByColumns(of: outputs, by: inputs)
    }
  }

  /// The second derivatives of a scalar. Each pair is differentiated once; the other half is its transpose.
  ///
  /// - Shape: block `[i][j]` has shape `inputs[i].shape + inputs[j].shape`.
  /// - Throws: ``VectorisationError`` where an operation of the gradient cannot be batched.
  public mutating func hessian(
    of output: NodeID, by inputs: [NodeID]
  ) throws(VectorisationError) -> [[NodeID]] {
    let gradient = gradient(of: output, by: inputs)
    var blocks = Array(repeating: Array(repeating: NodeID(0), count: inputs.count), count: inputs.count)
    for i in inputs.indices {
      let row = try jacobian(of: [gradient[i]], by: Array(inputs[i...]))[0]
      for (offset, block) in row.enumerated() {
        let j = i + offset
        blocks[i][j] = block
        if j > i { blocks[j][i] = transposed(block, leading: type(of: inputs[i]).shape.rank) }
      }
    }
    return blocks
  }

  /// The Hessian times a vector, without forming the Hessian: forward over reverse.
  public mutating func hessianVectorProduct(of output: NodeID, by inputs: [NodeID], vectors: [NodeID]) -> [NodeID] {
    let gradient = gradient(of: output, by: inputs)
    return pushforward(of: gradient, from: inputs, along: vectors)
  }

  // MARK: Rows and columns

  /// Up to this many rows or columns are taken one by one: each is simpler than all of them together.
  private static let fewSweeps = 8
  /// Up to this many are where they cannot be batched.
  private static let manySweeps = 1024

  /// How many elements nodes have: as far as it is known, and as if every name were a hundred.
  private func sweeps(_ nodes: [NodeID]) -> (known: Int?, guess: Double) {
    var known: Int? = 0
    var guess = 0.0
    for node in nodes {
      let count = type(of: node).shape.count
      known = count.constant.flatMap { count in known.map { $0 &+ count } }
      guess += Double(count.evaluate(Dictionary(uniqueKeysWithValues: count.symbols.map { ($0, 100) })) ?? .max)
    }
    return (known, guess)
  }

  private mutating func batchedJacobianByRows(
    of outputs: [NodeID], by inputs: [NodeID]
  ) throws(VectorisationError) -> [[NodeID]] {
    var blocks: [[NodeID]] = []
    for output in outputs {
      if type(of: output).isScalar {
        blocks.append(gradient(of: output, by: inputs))
        continue
      }
      let unit = parameter("unit", type(of: output))
      let rows = pullback(of: [output], cotangents: [unit], to: inputs)
      blocks.append(try vectorised(rows, overUnits: unit))
    }
    return blocks
  }

  private mutating func batchedJacobianByColumns(
    of outputs: [NodeID], by inputs: [NodeID]
  ) throws(VectorisationError) -> [[NodeID]] {
    var blocks = Array(repeating: [NodeID](), count: outputs.count)
    for input in inputs {
      let type = type(of: input)
      let unit = type.isScalar ? constant(.one, type.element) : parameter("unit", type)
      var columns = pushforward(of: outputs, from: [input], along: [unit])
      if !type.isScalar { columns = try vectorised(columns, overUnits: unit) }
      for (position, column) in columns.enumerated() {
        blocks[position].append(transposed(column, leading: type.shape.rank))
      }
    }
    return blocks
  }

  private mutating func jacobianByRows(of output: NodeID, by inputs: [NodeID]) -> [NodeID] {
    let shape = type(of: output).shape
    if shape.rank == 0 { return gradient(of: output, by: inputs) }
    let rows = elements(of: output).map { gradient(of: $0, by: inputs) }
    return inputs.indices.map { position in
      stacked(rows.map { $0[position] }, shape, type(of: inputs[position]))
    }
  }

  private mutating func jacobianByColumns(of outputs: [NodeID], by inputs: [NodeID]) -> [[NodeID]] {
    // Columns come out as input.shape + output.shape and are turned round.
    var result = Array(repeating: [NodeID](), count: outputs.count)
    for input in inputs {
      let type = type(of: input)
      let columns = unitTangents(of: type).map { pushforward(of: outputs, from: [input], along: [$0]) }
      for position in outputs.indices {
        let block = stacked(columns.map { $0[position] }, type.shape, self.type(of: outputs[position]))
        result[position].append(transposed(block, leading: type.shape.rank))
      }
    }
    return result
  }

  /// The scalars of a tensor of known size, in row-major order.
  private mutating func elements(of id: NodeID) -> [NodeID] {
    let type = type(of: id)
    guard type.shape.rank > 0, let count = type.shape.knownCount else { return [id] }
    let flat = append(.reshape, [id], type: TensorType(type.element, Shape([Dimension(count)])))
    return (0..<count).map { index in
      let part = append(.slice([.init(start: Dimension(index), count: 1)]), [flat], type: type)
      return append(.reshape, [part], type: TensorType(type.element))
    }
  }

  /// One tensor a direction: 1 at one element, 0 elsewhere.
  private mutating func unitTangents(of type: TensorType) -> [NodeID] {
    let one = constant(.one, type.element)
    guard type.shape.rank > 0, let count = type.shape.knownCount else { return [one] }
    let single = append(.reshape, [one], type: TensorType(type.element, Shape([1])))
    return (0..<count).map { index in
      let padding = Operation.Padding(low: Dimension(index), high: Dimension(count - 1 - index))
      return append(.reshape, [append(.pad([padding]), [single], type: type)], type: type)
    }
  }

  /// Equal-typed parts as one tensor of shape `leading + part`.
  private mutating func stacked(_ parts: [NodeID], _ leading: Shape, _ part: TensorType) -> NodeID {
    if leading.rank == 0 { return parts[0] }
    let whole = TensorType(part.element, Shape(leading.dimensions + part.shape.dimensions))
    if parts.isEmpty { return constant(.zero, whole.element, whole.shape) }
    let row = TensorType(part.element, Shape([1] + part.shape.dimensions))
    let rows = parts.map { append(.reshape, [summed($0, to: part.shape)], type: row) }
    let joined = rows.count == 1 ? rows[0] : append(.concatenate(axis: 0), rows, type: row)
    return append(.reshape, [joined], type: whole)
  }

  /// Moves the first `leading` axes behind the others.
  private mutating func transposed(_ id: NodeID, leading: Int) -> NodeID {
    let rank = type(of: id).shape.rank
    if leading == 0 || leading == rank { return id }
    return append(.transpose(Array(leading..<rank) + Array(0..<leading)), [id], type: type(of: id))
  }
}
