import NablaGraph
import NablaRuntime

/// Writes a kernel that computes several neighbouring points at once: value and derivatives in one pass.
///
/// One function, `nabla_blocks`, has the statements. It takes whole vectors of contiguous columns. The kernel brings
/// everything else into that shape: what is left over after the last whole vector, and columns of other steps, go through
/// small buffers, and an input of step 0 is a buffer that is filled once. So the statements are compiled once, and
/// a point's bits do not depend on its place.
///
/// All inputs of a vector are read before its results are written, so that a result may lie where an input does.
struct CVectorMap {
  let plan: KernelPlan
  let lanes: CLanes
  /// The name of the kernel function.
  let name: String
  /// Whether the text may know this machine.
  let isNative: Bool

  /// - Returns: `nil` for a plan that cannot be computed in vectors as one function.
  init?(_ plan: KernelPlan, name: String = CKernel.symbol, isNative: Bool = true) {
    self.name = name
    self.isNative = isNative
    guard plan.isWhole, !plan.outputs.isEmpty, plan.hasVectorForms else { return nil }
    self.plan = plan
    lanes = CLanes(plan)
  }

  private var columns: Int { plan.inputs.count + plan.outputs.count }
  /// Vectors that go through a buffer at a time.
  private var bufferVectors: Int { columns <= 32 ? 8 : 1 }
  private var usesStack: Bool { columns <= 128 }

  /// Bytes of workspace for buffers that are too large for the stack.
  var workspaceSize: Int { usesStack ? 0 : columns * CLanes.byteLimit * bufferVectors }

  /// The scalar statements, where one or a few points are quicker without buffers. Only for statements that are exact:
  /// a point must not have other bits when it is alone.
  private var hasScalarTail: Bool { plan.statements.count <= 256 && plan.isExact }

  func write(_ vectors: inout CBody, _ scalars: inout CBody) -> String {
    var text = ""
    writeBlocks(&vectors, streaming: false, to: &text)
    if hasStreams {
      var blocks = ""
      writeBlocks(&vectors, streaming: true, to: &blocks)
      text += streams(blocks)
    }
    if !plan.inputs.isEmpty { text += CVectorMap.repetition }
    if !hasScalarTail { text += CVectorMap.movement }
    text += CMap(plan: plan, name: name).signature + " {\n"
    text += "  (void)args;\n  (void)workspace;\n  (void)parallel;\n  const int64_t count = dims[0];\n"
    if hasScalarTail, plan.statements.count <= 64 {
      writeScalarPoint(&scalars, to: &text)
    } else if isWide, columns <= 32 {
      writeVectorPoint(to: &text)
    }
    writeContiguousPart(to: &text)
    if hasScalarTail {
      text += "  if (first == count) return;\n"
      CMap(plan: plan, name: name).writeLoop(&scalars, from: "first", to: &text)
    } else {
      writeBufferedPart(to: &text)
    }
    return text + "}\n"
  }

  // MARK: The statements

  private func writeBlocks(_ body: inout CBody, streaming: Bool, to text: inout String) {
    let used = plan.usedInputs(in: 0..<plan.statements.count, andResults: true)
    text += """
      static NABLA_NOINLINE void \(streaming ? "nabla_stream" : "nabla_blocks")(const void *const *in, void *const *out, int64_t count) {
        (void)in;

      """
    for input in used {
      let storage = plan.inputs[input].element.cStorage
      text += "  const \(storage) *const a\(input) = (const \(storage) *)in[\(input)];\n"
    }
    for (output, port) in plan.outputs.enumerated() {
      text += "  \(port.element.cStorage) *const r\(output) = (\(port.element.cStorage) *)out[\(output)];\n"
    }
    text += "  for (int64_t i = 0; i < count; i += \(lanes.count)) {\n"
    for input in used {
      let element = plan.inputs[input].element
      let vector = lanes.load(element, "a\(input) + i")
      text += "    const \(lanes.type(element)) x\(input) = \(vector);\n"
    }
    // A result is written as soon as it is known, so that few values are alive at once.
    var outputs: [Int: [Int]] = [:]
    for (output, result) in plan.results.enumerated() { outputs[result.value ?? -1, default: []].append(output) }
    func write(_ output: Int) {
      let (element, value) = (plan.outputs[output].element, body.name(plan.results[output]))
      let address = "r\(output) + i"
      text += "    "
      text += streaming ? stream(element, value, to: address) : lanes.store(element, value, to: address)
      text += "\n"
    }
    for output in outputs[-1] ?? [] { write(output) }
    for number in plan.statements.indices {
      body.write(number, indent: "    ", to: &text)
      for output in outputs[number] ?? [] { write(output) }
    }
    text += "  }\n"
    // What goes past the caches is not ordered before a later store, such as one that says that it is there.
    if streaming { text += "  __builtin_ia32_sfence();\n" }
    text += "}\n\n"
  }

  // MARK: One point

  /// The shortest way for a point alone, which has no steps: what a control loop calls again and again.
  private func writeScalarPoint(_ body: inout CBody, to text: inout String) {
    text += "  if (count == 1) {\n"
    for input in plan.usedInputs(in: 0..<plan.statements.count, andResults: true) {
      let element = plan.inputs[input].element
      let test = element == .bool ? " != 0" : ""
      text += "    const \(element.cType) x\(input) = *(const \(element.cStorage) *)args[\(input)]\(test);\n"
    }
    for part in plan.parts { body.write(part, indent: "    ", to: &text) }
    for (output, result) in plan.results.enumerated() {
      text += "    *(\(plan.outputs[output].element.cStorage) *)results[\(output)] = \(body.name(result));\n"
    }
    text += "    return;\n  }\n"
  }

  /// The same through one vector of equal lanes.
  private func writeVectorPoint(to text: inout String) {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    text += """
        if (count == 1) {
          double lanes[\(columns)][NABLA_V_LANES] __attribute__((aligned(64)));
          const void *in[\(max(inputs, 1))];
          void *out[\(outputs)];
          for (int k = 0; k < \(inputs); ++k) {
            *(nabla_v_memory *)lanes[k] = NABLA_V_SPLAT(*(const double *)args[k]);
            in[k] = lanes[k];
          }
          for (int k = 0; k < \(outputs); ++k) out[k] = lanes[\(inputs) + k];
          nabla_blocks(in, out, NABLA_V_LANES);
          for (int k = 0; k < \(outputs); ++k) *(double *)results[k] = lanes[\(inputs) + k][0];
          return;
        }

      """
  }

  // MARK: The columns

  private var isWide: Bool { (plan.inputs + plan.outputs).allSatisfy { $0.element == .f64 } }

  /// Vectors of an input of step 0 that are filled with its number: a block of points is computed with them.
  private var repeatedVectors: Int { min(32, max(1, 256 / max(plan.inputs.count, 1))) }

  /// Whole vectors of columns without gaps; `first` is the first point that is left.
  private func writeContiguousPart(to text: inout String) {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    let vectors = repeatedVectors
    text += """
        int64_t first = 0;
        if (count >= \(lanes.count)) {
          int contiguous = 1, repeats = 0;
          for (int k = 0; k < \(inputs); ++k) {
            contiguous &= dims[1 + k] == 1 || dims[1 + k] == 0;
            repeats |= dims[1 + k] == 0;
          }
          for (int k = 0; k < \(outputs); ++k) contiguous &= dims[\(1 + inputs) + k] == 1;
          if (contiguous) first = count - count % \(lanes.count);
      \(hasStreams ? streamingCall : "")\
          if (!repeats && first > 0) nabla_blocks(args, results, first);

      """
    if inputs > 0 {
      text += """
            if (repeats && first > 0) {
              enum { capacity = \(vectors) * \(lanes.count) };
              \(sizeTable("sizes", plan.inputs + plan.outputs))\
              double repeated[\(inputs)][\(vectors) * NABLA_V_LANES];
              const void *in[\(inputs)];
              void *out[\(outputs)];
              for (int k = 0; k < \(inputs); ++k) {
                if (dims[1 + k] == 0) nabla_repeat(repeated[k], args[k], sizes[k], first < capacity ? first : capacity);
              }
              for (int64_t i = 0; i < first; i += capacity) {
                for (int k = 0; k < \(inputs); ++k)
                  in[k] = dims[1 + k] == 0 ? (const void *)repeated[k] : (const char *)args[k] + i * sizes[k];
                for (int k = 0; k < \(outputs); ++k) out[k] = (char *)results[k] + i * sizes[\(inputs) + k];
                nabla_blocks(in, out, first - i < capacity ? first - i : capacity);
              }
            }

        """
    }
    text += "  }\n"
  }

  /// The points from `first` on through buffers.
  private func writeBufferedPart(to text: inout String) {
    let (inputs, outputs) = (plan.inputs.count, plan.outputs.count)
    text += """
        enum { capacity = \(bufferVectors) * \(lanes.count), numbers = \(bufferVectors) * NABLA_V_LANES };
        \(sizeTable("sizes", plan.inputs + plan.outputs))
      """
    text +=
      usesStack
      ? "  double buffer[\(columns)][numbers] __attribute__((aligned(64)));\n"
      : "  double (*const buffer)[numbers] = (double (*)[numbers])workspace;\n"
    text += """
        const void *in[\(max(inputs, 1))];
        void *out[\(outputs)];
        for (int k = 0; k < \(inputs); ++k) in[k] = buffer[k];
        for (int k = 0; k < \(outputs); ++k) out[k] = buffer[\(inputs) + k];
        for (; first < count; first += capacity) {
          const int64_t points = count - first < capacity ? count - first : capacity;
          const int64_t whole = (points + \(lanes.count) - 1) / \(lanes.count) * \(lanes.count);
          for (int k = 0; k < \(inputs); ++k) {
            const char *const from = (const char *)args[k] + first * dims[1 + k] * sizes[k];
            nabla_move(buffer[k], 1, from, dims[1 + k], sizes[k], points, whole);
          }
          nabla_blocks(in, out, whole);
          for (int k = 0; k < \(outputs); ++k) {
            const int64_t step = dims[\(1 + inputs) + k];
            char *const to = (char *)results[k] + first * step * sizes[\(inputs) + k];
            nabla_move(to, step, buffer[\(inputs) + k], 1, sizes[\(inputs) + k], points, points);
          }
        }

      """
  }

  private var streamingCall: String {
    """
    #ifdef NABLA_STREAMS
        if (!repeats && nabla_streams(results, first)) nabla_stream(args, results, first); else
    #endif

    """
  }

  func sizeTable(_ name: String, _ ports: [KernelPlan.Port]) -> String {
    "static const int \(name)[] = {\(ports.map { "\($0.element.size)" }.joined(separator: ", "))};\n"
  }

  /// Fills a place with copies of an element of 8, 4 or 1 bytes.
  private static let repetition = """
    static inline void nabla_repeat(void *to, const void *from, int size, int64_t count) {
      for (int64_t k = 0; k < count; ++k) {
        if (size == 8) ((double *)to)[k] = *(const double *)from;
        else if (size == 4) ((float *)to)[k] = *(const float *)from;
        else ((unsigned char *)to)[k] = *(const unsigned char *)from;
      }
    }


    """

  /// Copies elements of 8, 4 or 1 bytes between columns; repeats the last one up to `padded`.
  private static let movement = """
    static inline void nabla_move(
        void *to, int64_t to_step, const void *from, int64_t from_step, int size, int64_t count, int64_t padded) {
      for (int64_t k = 0; k < padded; ++k) {
        const int64_t source = (k < count ? k : count - 1) * from_step;
        if (size == 8) ((double *)to)[k * to_step] = ((const double *)from)[source];
        else if (size == 4) ((float *)to)[k * to_step] = ((const float *)from)[source];
        else ((unsigned char *)to)[k * to_step] = ((const unsigned char *)from)[source];
      }
    }


    """
}

extension KernelPlan {
  /// Whether there is a vector form of every statement.
  var hasVectorForms: Bool {
    MathLibrary.shared.has("v")
      && statements.allSatisfy { statement in
        guard case .apply(let f) = statement.action else { return true }
        return CTemplate.hasVectorForm(f, on: element(of: statement[statement.operandCount - 1]))
      }
  }

  /// Whether every statement has one right result, to the bit: C operators, comparisons, choices and square roots, and
  /// all that is done with integers.
  var isExact: Bool {
    statements.allSatisfy { statement in
      guard case .apply(let f) = statement.action, !statement.element.isInteger else { return true }
      switch f.definition.notation {
      case .prefix, .infix: return true
      case .call: return [.sqrt, .abs, .select, .strongMultiply, .relu, .step].contains(f)
      case .postfixPower: return false
      }
    }
  }
}
