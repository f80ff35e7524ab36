import Foundation
import NablaGraph
import NablaRuntime

/// Looks for better cuts of a program's products of matrices by measuring them, each by itself, and keeps what it finds
/// where every later compilation on this machine looks.
public struct KernelTuner {
  /// What was found for one product.
  public struct Finding: Sendable {
    /// `contract 128 × 256 over 784`.
    public let kernel: String
    /// Nanoseconds of a call as the model cuts it, and as it is cut now.
    public let before: Double
    public let after: Double
    /// How it is cut now, if not as before.
    public let change: String?

    /// A line for people.
    public var text: String {
      func micro(_ nanoseconds: Double) -> String { KernelListing.decimal(nanoseconds / 1000, 1) }
      return "\(kernel): \(micro(before)) µs, " + (change.map { "\(micro(after)) µs with \($0)" } ?? "nothing better")
    }
  }

  private let compiler: KernelCompiler
  private let clock = ContinuousClock()

  public init(_ compiler: KernelCompiler) { self.compiler = compiler }

  /// - Parameter seconds: after which nothing more is tried; the products with most work come first.
  /// - Throws: ``CompilerError``.
  public func tune(_ program: Program, seconds: Double) throws(CompilerError) -> [Finding] {
    guard let file = compiler.choicesFile.map({ URL(fileURLWithPath: $0) }) else { return [] }
    let end = clock.now + .seconds(seconds)
    var choices = TileChoices()
    var findings: [Finding] = []
    for (plan, product) in products(of: try ArrayPlan(program.inlined(), unit: compiler.options.unit)) {
      if clock.now >= end { break }
      guard let (finding, choice) = try measure(product, in: plan, until: end) else { continue }
      findings.append(finding)
      if let choice { choices[product.measure] = choice }
    }
    try choices.add(to: file)
    return findings
  }

  /// Products that are cut into tiles, each way of cutting once, most work first.
  private func products(of plan: ArrayPlan) -> [(ArrayPlan, ContractionKernel)] {
    var pending = [(plan, 1)]
    var found: [(plan: ArrayPlan, product: ContractionKernel, work: Int)] = []
    var known: Set<String> = []
    while let (plan, calls) = pending.popLast() {
      for kernel in plan.kernels {
        if case .scan(let scan) = kernel { pending.append((scan.body, calls * scan.length)) }
        guard case .contract(let product) = kernel, product.tiling != nil, known.insert(product.measure).inserted
        else { continue }
        found.append((plan, product, product.operationCount * calls))
      }
    }
    return found.sorted { $0.work > $1.work }.map { ($0.plan, $0.product) }
  }

  // MARK: One product

  /// Less of a gain is noise.
  private static let leastGain = 0.97

  private func measure(
    _ product: ContractionKernel, in plan: ArrayPlan, until end: ContinuousClock.Instant
  ) throws(CompilerError) -> (Finding, TileChoice?)? {
    guard let tiling = product.tiling, let before = try time(product.cut(by: nil), in: plan) else { return nil }
    var best: (time: Double, choice: TileChoice?) = (before, nil)
    func attempt(_ choices: [TileChoice]) throws(CompilerError) {
      for choice in choices where clock.now < end {
        let candidate = product.cut(by: choice)
        // What cuts alike runs alike.
        if candidate.tiling == product.cut(by: best.choice).tiling { continue }
        if let time = try time(candidate, in: plan), time < best.time * KernelTuner.leastGain {
          best = (time, choice)
        }
      }
    }
    let usual = TileChoice(
      height: tiling.rows.first?.size ?? 1, width: tiling.panels.first?.size ?? 1, depthBytes: 4096)
    try attempt(
      KernelTuner.shapes(tiling.unit).map { TileChoice(height: $0, width: $1, depthBytes: usual.depthBytes) })
    try attempt(
      [2048, 8192, 16_384].map { depth in
        var choice = best.choice ?? usual
        choice.depthBytes = depth
        return choice
      })
    try attempt(
      [true, false].map { packs in
        var choice = best.choice ?? usual
        choice.packsLeft = packs
        return choice
      })
    try attempt(
      [true, false].map { packs in
        var choice = best.choice ?? usual
        choice.packsRight = packs
        return choice
      })
    // Measured again in turns, since the machine may have become quicker in between.
    if best.choice != nil {
      var times = (before: Double.infinity, after: Double.infinity)
      for _ in 0..<2 {
        times.before = min(times.before, try time(product.cut(by: nil), in: plan) ?? .infinity)
        times.after = min(times.after, try time(product.cut(by: best.choice), in: plan) ?? .infinity)
      }
      best = times.after < times.before * KernelTuner.leastGain ? (times.after, best.choice) : (times.before, nil)
    }
    let finding = Finding(
      kernel: plan.kind(of: .contract(product)), before: before, after: best.time,
      change: best.choice.map { choice in
        let packs = [("left", choice.packsLeft), ("right", choice.packsRight)].compactMap { side, flag in
          flag.map { "\(side) \($0 ? "packed" : "where it lies")" }
        }
        return (["tiles of \(choice.height) × \(choice.width) vectors", "walks of \(choice.depthBytes) bytes"] + packs)
          .joined(separator: ", ")
      })
    return (finding, best.choice)
  }

  /// Rows and vectors whose accumulators the registers hold beside a row of the right operand and a number.
  private static func shapes(_ unit: VectorUnit) -> [(height: Int, width: Int)] {
    (1...8).flatMap { width in
      let most = (unit.registers - 1) / width - 1
      return [most, most * 3 / 4].filter { $0 >= 3 }.map { (height: min($0, 24), width: width) }
    }
  }

  // MARK: Time

  /// Nanoseconds of a call of one product by itself, the least of several; `nil` where the cut is not possible.
  private func time(_ product: ContractionKernel, in plan: ArrayPlan) throws(CompilerError) -> Double? {
    guard let alone = plan.alone(product) else { return nil }
    let kernel = CKernel(alone)
    let library = try compiler.library(
      of: kernel.source, statements: kernel.statementCount, contracting: false)
    let function = try KernelFunction(CKernel.symbol, in: library)
    var blocks: [UnsafeMutableRawPointer] = []
    defer { for block in blocks { block.deallocate() } }
    func block(_ count: Int, _ element: ElementType) -> UnsafeMutableRawPointer {
      // Room behind, as arrays of a workspace have.
      let block = UnsafeMutableRawPointer.allocate(byteCount: count * element.size + 256, alignment: 64)
      blocks.append(block)
      // Not zeros, and nothing that becomes subnormal or infinite.
      switch element {
      case .f64: block.initializeMemory(as: Double.self, repeating: 0.01, count: count)
      case .f32: block.initializeMemory(as: Float.self, repeating: 0.01, count: count)
      default: block.initializeMemory(as: UInt8.self, repeating: 0, count: count * element.size)
      }
      return block
    }
    let inputs = alone.inputs.map { UnsafeRawPointer(block($0.extents.elementCount, $0.element)) }
    let outputs = alone.outputs.map { block($0.extents.elementCount, $0.element) }
    let workspace = block(CArrayFile.workspaceSize(alone), .bool)
    let dimensions = [1] + Array(repeating: 0, count: inputs.count + outputs.count)
    var best = Duration.seconds(1_000)
    let end = clock.now + .milliseconds(12)
    var rounds = 0
    while rounds < 3 || (clock.now < end && rounds < 1_000) {
      rounds += 1
      let time = clock.measure {
        inputs.withUnsafeBufferPointer { args in
          outputs.withUnsafeBufferPointer { results in
            dimensions.withUnsafeBufferPointer { dims in
              if let args = args.baseAddress, let results = results.baseAddress, let dims = dims.baseAddress {
                function(arguments: args, results: results, dimensions: dims, workspace: workspace)
              }
            }
          }
        }
      }
      if rounds > 1 { best = min(best, time) }
    }
    return best / .nanoseconds(1)
  }
}

extension ArrayPlan {
  /// One product of the plan as a program of its own, whose arrays are inputs and results; `nil` where the operand that a
  /// loop packs before its first step has no such panels.
  fileprivate func alone(_ product: ContractionKernel) -> ArrayPlan? {
    var plan = ArrayPlan()
    plan.buffers = buffers
    plan.kernels = [.contract(product)]
    if let packed = product.packedRight {
      guard let panels = product.panels else { return nil }
      plan.resize(packed, to: panels.count)
    }
    plan.resize(product.scratch, to: product.scratchCount(threads: 1, isTiled: true))
    for buffer in plan.buffers.indices { plan.buffers[buffer].place = .nowhere }
    func port(_ buffer: Int) -> Port {
      Port(name: "", element: plan.buffers[buffer].element, extents: plan.buffers[buffer].extents)
    }
    let kernel = ArrayKernel.contract(product)
    for buffer in kernel.writtenBuffers where buffer != product.scratch {
      plan.outputs.append(port(buffer))
      plan.buffers[buffer].place = .output(plan.outputs.count - 1)
    }
    for buffer in kernel.readBuffers where !kernel.writtenBuffers.contains(buffer) {
      plan.inputs.append(port(buffer))
      plan.buffers[buffer].place = .input(plan.inputs.count - 1)
    }
    plan.buffers[product.scratch].place = .workspace(0)
    plan.workspaceSize = plan.buffers[product.scratch].byteCount
    return plan
  }
}
