import NablaGraph
import NablaRuntime

/// Writes the statements of a plan as C, whatever surrounds them.
///
/// Inputs are `x0`, `x1`, …, values `t0`, `t1`, …; the surroundings declare the inputs before a body, and values of
/// earlier parts. No name of the program reaches the text.
struct CBody {
  let plan: KernelPlan
  let form: CForm
  /// Other names of operands, for bodies that take them from elsewhere.
  var aliases: [KernelPlan.Operand: String] = [:]
  /// Calls of functions together, for bodies that have all statements in one function.
  var joint = JointCalls()
  private let literals: [String]
  /// By operation and operand type.
  private var templates: [Int: CTemplate] = [:]
  private var casts: [Int: CTemplate] = [:]

  init(_ plan: KernelPlan, form: CForm = .scalar) {
    self.plan = plan
    self.form = form
    literals = plan.literals.map { form.literal($0.c, $0.element) }
  }

  /// What the statements and literals written so far, of any part, need before them.
  var requirements: CRequirements {
    var all = CRequirements()
    for template in Array(templates.values) + Array(casts.values) { all.add(template) }
    all.sections.formUnion(joint.sections)
    if plan.literals.contains(where: { !$0.isFinite }) { all.sections.insert("constants") }
    return all
  }

  /// The name or text of an operand.
  func name(_ operand: KernelPlan.Operand) -> String {
    if !aliases.isEmpty, let alias = aliases[operand] { return alias }
    if let value = operand.value { return "t\(value)" }
    if let input = operand.input { return "x\(input)" }
    return literals[operand.literal ?? 0]
  }

  /// Appends consecutive statements, a line each.
  mutating func write(_ part: Range<Int>, indent: String, to text: inout String) {
    for number in part { write(number, indent: indent, to: &text) }
  }

  /// Appends one statement.
  mutating func write(_ number: Int, indent: String, to text: inout String) {
    if joint.needless.contains(number) { return }
    let statement = plan.statements[number]
    text += indent
    if let call = joint.members[number] {
      if call.leader == number {
        // Not `__auto_type`, of which compilers warn that it is no C.
        let function = "nabla_\(call.section)(\(name(statement[0])))"
        text += "const __typeof__(\(function)) j\(number) = \(function);\n" + indent
      }
      text += "const \(form.type(statement.element)) t\(number) = j\(call.leader).\(call.member);\n"
      return
    }
    text += "const "
    text += form.type(statement.element)
    text += " t\(number) = "
    for piece in template(of: statement).pieces {
      switch piece {
      case .text(let literal): text += literal
      case .operand(let position): text += name(statement[position])
      }
    }
    text += ";\n"
  }

  private mutating func template(of statement: KernelPlan.Statement) -> CTemplate {
    // Of the operands of a `select`, the last two have the type that counts; of others, all have it.
    let element = plan.element(of: statement[statement.operandCount - 1])
    switch statement.action {
    case .apply(let f):
      let key = Int(f.rawValue) << 3 | element.number
      if let known = templates[key] { return known }
      let template = form.template(f, on: element)
      templates[key] = template
      return template
    case .cast:
      let key = element.number << 3 | statement.element.number
      if let known = casts[key] { return known }
      let template = form.template(castFrom: element, to: statement.element)
      casts[key] = template
      return template
    }
  }
}

extension ElementType {
  fileprivate var number: Int {
    switch self {
    case .bool: 0
    case .i32: 1
    case .i64: 2
    case .f32: 3
    case .f64: 4
    }
  }
}

/// What must stand before the statements of a C file.
struct CRequirements {
  var libm: Set<String> = []
  var sections: Set<String> = []
  var support: Set<String> = []

  mutating func add(_ template: CTemplate) {
    libm.formUnion(template.libm)
    sections.formUnion(template.sections)
    if !template.support.isEmpty { support.insert(template.support) }
  }

  mutating func formUnion(_ other: CRequirements) {
    libm.formUnion(other.libm)
    sections.formUnion(other.sections)
    support.formUnion(other.support)
  }

  /// The functions that libm lacks.
  var definitions: String { library + support.sorted().map { $0 + "\n" }.joined() }

  /// The same without what others have had defined already.
  func definitions(besides others: CRequirements) -> String {
    let known = Set(MathLibrary.shared.sections(named: others.sections).map(\.name))
    let sections = MathLibrary.shared.sections(named: sections).filter { !known.contains($0.name) }
    let support = support.subtracting(others.support)
    return sections.map { $0.text + "\n" }.joined() + support.sorted().map { $0 + "\n" }.joined()
  }

  /// Those of them that are sections of the shared text.
  var library: String { MathLibrary.shared.sections(named: sections).map { $0.text + "\n" }.joined() }

  /// Declarations of the functions of libm: quicker to compile than a header.
  var prototypes: String {
    let names = MathLibrary.shared.sections(named: sections).reduce(libm) { $0.union($1.libm) }
    return names.sorted().map { name in
      let parameters = Array(repeating: "double", count: MathLibrary.arity(ofLibm: name)).joined(separator: ", ")
      return "double \(name)(\(parameters));\n"
    }.joined()
  }
}
