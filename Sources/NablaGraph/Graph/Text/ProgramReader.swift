/// Reads the textual form. See docs/graph.md for its grammar.
struct ProgramReader {
  var scanner: TextScanner
  private var functions: [Function] = []

  init(_ text: String) { scanner = TextScanner(text) }

  mutating func program() throws(ProgramTextError) -> Program {
    scanner.skipLines()
    try scanner.expectKeyword("program")
    let program = try body(mayDefineFunctions: true)
    try scanner.endLine()
    if !scanner.isAtEnd { throw scanner.expected("the end") }
    return program
  }

  /// What the lines between two braces have defined so far.
  private struct Body {
    var graph = Graph()
    var nodes: [Int: NodeID] = [:]
    var parameters: [NodeID] = []
    var inputs: [NodeID]?
    var roots: [Program.Root] = []
    var aliases: [Int: Int] = [:]
  }

  private mutating func body(mayDefineFunctions: Bool) throws(ProgramTextError) -> Program {
    try scanner.expect("{")
    try scanner.endLine()
    var body = Body()
    while !scanner.accept("}") {
      if scanner.sees("%") {
        try node(&body)
      } else {
        let start = scanner
        switch scanner.word() {
        case "function" where mayDefineFunctions: try function()
        case "inputs" where body.inputs == nil: try inputs(&body)
        case "return": try root(&body)
        case "alias": try alias(&body)
        default: throw start.expected("a node, 'inputs', 'return', 'alias' or '}'")
        }
      }
      try scanner.endLine()
    }
    let program = Program(
      graph: body.graph, inputs: body.inputs ?? body.parameters, roots: body.roots, aliases: body.aliases)
    do {
      try program.verifyInterface()
    } catch {
      throw scanner.error(.invalid(error))
    }
    return program
  }

  private mutating func function() throws(ProgramTextError) {
    let start = scanner
    try scanner.expect("@")
    guard try scanner.natural() == functions.count else { throw start.expected("@\(functions.count)") }
    let name = try scanner.quoted()
    functions.append(Function(name: name, body: try body(mayDefineFunctions: false)))
  }

  private mutating func inputs(_ body: inout Body) throws(ProgramTextError) {
    body.inputs = try scanner.sees("%") ? operands(body) : []
  }

  private mutating func root(_ body: inout Body) throws(ProgramTextError) {
    let name = try scanner.quoted()
    try scanner.expect("=")
    body.roots.append(Program.Root(name, try operand(body)))
  }

  private mutating func alias(_ body: inout Body) throws(ProgramTextError) {
    let output = try scanner.natural()
    try scanner.expect("=")
    if body.aliases[output] != nil { throw scanner.error(.redefined("alias \(output)")) }
    body.aliases[output] = try scanner.natural()
  }

  private mutating func operand(_ body: Body) throws(ProgramTextError) -> NodeID {
    try scanner.expect("%")
    let number = try scanner.natural()
    guard let node = body.nodes[number] else { throw scanner.error(.undefinedNode(number)) }
    return node
  }

  private mutating func operands(_ body: Body) throws(ProgramTextError) -> [NodeID] {
    var result = [try operand(body)]
    while scanner.accept(",") { result.append(try operand(body)) }
    return result
  }

  // MARK: Nodes

  private mutating func node(_ body: inout Body) throws(ProgramTextError) {
    try scanner.expect("%")
    let number = try scanner.natural()
    if body.nodes[number] != nil { throw scanner.error(.redefined("%\(number)")) }
    try scanner.expect("=")
    let (operation, parameter) = try operation(&body)
    let operands = try scanner.sees("%") ? operands(body) : []
    try scanner.expect(":")
    let stated = try type()
    let derived: TensorType
    do {
      derived =
        parameter != nil
        ? try operation.resultType(operands.map { body.graph.type(of: $0) }, stated: stated)
        : try body.graph.resultType(of: operation, operands, stated: stated)
    } catch {
      throw scanner.error(.type(error))
    }
    if derived != stated { throw scanner.error(.typeMismatch(stated: stated, derived: derived)) }
    let id: NodeID
    if let parameter {
      id = body.graph.parameter(parameter, stated)
      body.parameters.append(id)
    } else {
      id = body.graph.append(operation, operands, type: stated)
    }
    body.nodes[number] = id
    if scanner.sees("\"") { body.graph.addOrigin(Origin(name: try scanner.quoted()), to: id) }
  }

  /// The operation, and the name if it is a parameter.
  private mutating func operation(
    _ body: inout Body
  ) throws(ProgramTextError) -> (Operation, parameter: String?) {
    let name = try scanner.expectWord("an operation")
    if let f = Elementwise(named: name) { return (.elementwise(f), nil) }
    guard let structural = Operation.Structural(rawValue: name) else { throw scanner.error(.unknownOperation(name)) }
    switch structural {
    case .parameter: return (.parameter(body.graph.parameters.count), try scanner.quoted())
    case .call:
      return (.call(try functionReference(&body)), nil)
    case .scan:
      return (.scan(try scan(try functionReference(&body))), nil)
    case .constant: return (.constant(try constant()), nil)
    case .cast: return (.cast, nil)
    case .stop: return (.stop, nil)
    case .broadcast: return (.broadcast, nil)
    case .reshape: return (.reshape, nil)
    case .transpose:
      return (.transpose(try attributes { reader throws(ProgramTextError) in try reader.scanner.natural() }), nil)
    case .slice: return (.slice(try attributes { reader throws(ProgramTextError) in try reader.slice() }), nil)
    case .pad: return (.pad(try attributes { reader throws(ProgramTextError) in try reader.padding() }), nil)
    case .concatenate: return (.concatenate(axis: try attribute()), nil)
    case .reduce: return (try reduce(), nil)
    case .contract: return (.contract(try contraction()), nil)
    case .convolve:
      return (
        .convolve(Convolution(windows: try attributes { reader throws(ProgramTextError) in try reader.window() })), nil
      )
    case .iota: return (.iota, nil)
    case .gather: return (.gather(try gather()), nil)
    case .scatter: return (.scatter(try gather()), nil)
    case .view: return (.view(try view()), nil)
    case .accumulate: return (.accumulate(try view()), nil)
    case .argreduce: return (try argReduce(), nil)
    case .cumulative: return (try cumulative(), nil)
    case .argsort: return (.argsort(axis: try attribute()), nil)
    case .random: return (.random(site: try integerAttribute()), nil)
    case .result: return (.result(try attribute()), nil)
    }
  }

  private mutating func functionReference(_ body: inout Body) throws(ProgramTextError) -> FunctionID {
    try scanner.expect("@")
    let number = try scanner.natural()
    guard functions.indices.contains(number) else { throw scanner.error(.undefinedFunction(number)) }
    return body.graph.intern(functions[number])
  }
}
