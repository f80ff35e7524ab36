import NablaDiagnostics
import NablaGraph

/// Evaluates syntax trees to graph nodes.
///
/// One machine does two things. *Checking* evaluates each function once per combination of argument types: a call's
/// arguments and result are replaced by stand-ins, one input per type, so equal types are equal calls and the work is
/// linear in the text. *Building* expands one function: a call's arguments are the nodes themselves, derivatives are
/// taken, and equal calls with equal nodes are expanded once. Functions that call nothing are built while they are
/// checked (``Routine/isPlain``).
///
/// Nothing recurses: expressions, calls and definitions evaluated on demand are tasks on one stack.
struct Lowering {
  enum Mode { case check, build }

  /// The program and the library.
  let units: CodeUnits
  let options: CheckOptions
  let mode: Mode
  /// Whether definitions that nobody asks for are evaluated too.
  var looksAtAll: Bool
  /// Whether that has happened.
  var hasForced = false

  var graph = Graph()
  var problems = ProblemList()
  var functions = FunctionTable()

  var tasks: [Task] = []
  var values: [Value] = []
  var slots: [Value] = []
  var frames: [Frame] = []
  /// The current frame.
  var frame = -1
  /// The unit of the current frame; a copy, so that reading it costs no indirection.
  var unit: CodeUnit
  private let placement = ByAddress()
  private var serial = 0

  /// Results of calls, by function and arguments.
  var results: [CallKey: Value] = [:]
  /// Values of the program's constants, by routine.
  var constants: [Int: Value] = [:]
  var derivations: [Derivation] = []
  var comprehensions: [Comprehension] = []
  /// The inputs that stand for indices, and how many values each takes, counted from 0.
  var indexRanges: [NodeID: Dimension] = [:]
  var affineForms = AffineForms()
  var loops: [LoopState] = []
  /// The loops and comprehensions that repeat what is evaluated, the innermost last.
  var surroundings: [Repetition] = []
  var observations: [Observation] = []
  /// Extents that the headers being looked at compute.
  var headerDimensions: [HeaderAxis: Dimension] = [:]
  /// The stand-ins of checking.
  var standIns: [TensorType: NodeID] = [:]
  /// Weak nodes that were built again in another type.
  var retyped: [Retyped: NodeID] = [:]
  /// The inputs that variables of layers are, by path.
  var variables: [String: NodeID] = [:]
  /// What the states of layers become, by path.
  var nextStates: [String: NodeID] = [:]
  /// The input that random numbers depend on.
  var key: NodeID?
  /// What the calls of ``results`` do, where they do anything.
  var effects: [CallKey: Effects] = [:]
  var entryEffects = Effects()
  /// Sizes that stand for the number of examples of the entry point.
  var batchNames: Set<String> = []
  /// Whether the starts of variables are computed, and those that have been.
  var collectsInitials = false
  var initials: [String: NodeID] = [:]
  var initialContexts: [InitialContext] = []
  /// Whether the calls in the program's text are noted, and those that have been.
  var traces = false
  /// Whether calls of functions of single numbers, such as `relu`, are among them wherever they stand.
  var tracesElementwise = false
  var calls: [TracedCall] = []
  private var callCount = 0
  /// A limit was exceeded; everything stops.
  private(set) var isStopped = false

  static let programUnit = 0
  static let libraryUnit = 1

  init(_ program: CodeUnit, options: CheckOptions, mode: Mode) {
    units = CodeUnits(program: program)
    unit = program
    self.options = options
    self.mode = mode
    looksAtAll = mode == .check
  }

  var tree: SyntaxTree { _read { yield unit.tree } }

  /// Makes room for a small body of so many syntax nodes.
  mutating func reserveCapacity(_ count: Int) {
    tasks.reserveCapacity(32)
    values.reserveCapacity(32)
    graph.reserveCapacity(count / 2)
  }

  // MARK: The loop

  /// Runs until nothing is left to do.
  mutating func run() {
    while let task = tasks.popLast() {
      switch task {
      case .evaluate(let id): evaluate(id)
      case .finish(let id): finish(id)
      case .branch(let id): branch(id)
      case .join(let id): join(id)
      case .discard: _ = pop()
      case .declareVariable(let id): declareVariable(id)
      case .callInitialiser(let id): callInitialiser(id)
      case .storeInitial(let id): storeInitial(id)
      case .bind(let id): bind(id)
      case .force(let id): force(id)
      case .enter(let index): enter(index)
      case .surround(let repetitions): surroundings = repetitions
      case .bindInitial(let parameter): bindInitial(parameter)
      case .checkDimension(let parameter, let axis): checkDimension(parameter, axis)
      case .checkLocal(let routine): checkLocal(routine)
      case .callLocal(let routine): callLocal(routine)
      case .leave: leave()
      case .completeArguments: completeArguments()
      case .differentiate: differentiate()
      case .bindIndex(let id): bindIndex(id)
      case .closeComprehension: closeComprehension()
      case .openLoop(let id): openLoop(id)
      case .closeLoop: closeLoop()
      case .closeTrace(let index): closeTrace(index)
      }
      if graph.count > options.limits.nodes { stop(.nodeLimit, "the graph exceeds \(options.limits.nodes) nodes") }
      if isStopped { clear() }
    }
  }

  mutating func push(_ value: Value) { values.append(value) }

  mutating func pop() -> Value { values.popLast() ?? .invalid }

  /// Takes the last values off the stack, in the order in which they were pushed.
  mutating func pop(_ count: Int) -> [Value] {
    let taken = Array(values.suffix(count))
    values.removeLast(taken.count)
    return taken
  }

  /// Ends all work because a limit was exceeded: the loop stops before the next task.
  mutating func stop(_ problem: CheckProblem, _ message: String) {
    let range = frames.first.map { units[$0.unit].routines[$0.routine].range }
    problems.report(Diagnostic(problem, message, at: range))
    isStopped = true
  }

  private mutating func clear() {
    tasks.removeAll()
    values.removeAll()
    frames.removeAll()
    slots.removeAll()
    derivations.removeAll()
    comprehensions.removeAll()
    loops.removeAll()
    surroundings.removeAll()
    observations.removeAll()
    initialContexts.removeAll()
    frame = -1
    unit = units[Lowering.programUnit]
  }

  // MARK: Frames

  mutating func enter(_ index: Int) {
    let before = frame < 0 ? Lowering.programUnit : frames[frame].unit
    let after = index < 0 ? Lowering.programUnit : frames[index].unit
    if before != after { unit = units[after] }
    frame = index
  }

  mutating func pushFrame(
    unit: Int, routine: Int, parent: Int, purpose: Purpose, site: SourceRange?, isElementwise: Bool = false,
    path: String? = nil, callPath: UInt64? = nil
  ) {
    serial += 1
    let definition = units[unit].routines[routine]
    frames.append(
      Frame(
        unit: unit, routine: routine, base: slots.count, parent: parent, serial: serial, edition: serial,
        caller: frame, purpose: purpose, site: site, isElementwise: isElementwise,
        path: path ?? (parent >= 0 ? "\(frames[parent].path).\(definition.name)" : definition.name),
        callPath: callPath ?? ChancePath.start(of: definition.name)))
    slots.append(contentsOf: repeatElement(.absent, count: definition.slots.count))
    if purpose.isCall {
      callCount += 1
      if callCount > options.limits.calls {
        stop(.callLimit, "the function needs more than \(options.limits.calls) different calls")
      }
    }
    enter(frames.count - 1)
  }

  /// Functions of the current frame's blocks have to be expanded again.
  mutating func renewFunctions() {
    serial += 1
    frames[frame].edition = serial
  }

  mutating func popFrame() {
    guard let top = frames.last else { return }
    enter(top.caller)
    frames.removeLast()
    slots.removeLast(slots.count - top.base)
  }

  /// The result of a function or constant is known.
  private mutating func leave() {
    guard let top = frames.last else { return }
    let result = standIn(for: substituteObservations(in: pop(), of: top))
    popFrame()
    switch top.purpose {
    case .call(let key):
      record(top.effects, at: top.site)
      // Draws and states make every call one of its own, and in a loop a state is the step's; a start is drawn for each
      // shape.
      let isRepeatable = top.effects.isRepeatable && (loops.isEmpty || !top.effects.readsState)
      if initialContexts.isEmpty, mode == .check || isRepeatable {
        results[key] = result
        if !top.effects.isEmpty { effects[key] = top.effects }
      }
      push(result)
    case .entry:
      record(top.effects, at: top.site)
      push(result)
    case .constant(let routine): constants[routine] = result
    case .header, .defaults: break
    }
  }

  // MARK: Stand-ins

  /// In checking, a value of the same type that every other value of that type is replaced by, too.
  mutating func standIn(for value: Value) -> Value {
    guard mode == .check else { return value }
    switch value {
    case .node(let id, let firmness): return .node(standIn(graph.type(of: id)), firmness)
    case .tuple(let elements, let labels): return .tuple(elements.map { standIn(for: $0) }, labels: labels)
    default: return value
    }
  }

  mutating func standIn(_ type: TensorType) -> NodeID {
    if let known = standIns[type] { return known }
    let id = graph.parameter("\(type)", type)
    standIns[type] = id
    return id
  }
}
