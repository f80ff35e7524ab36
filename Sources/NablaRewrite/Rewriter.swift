import NablaGraph

/// Applies the rules of phases to a graph.
///
/// A pass appends to the same arena and visits only what the roots need. Sharing is kept: a node that two users share
/// is rewritten once. What a phase may make the roots cost is bounded (``Phase/limit(from:)``).
public struct Rewriter: Sendable {
  /// Only rules that are bit-identical on every input.
  public let strict: Bool
  /// Whether the reports are filled.
  public let recording: Bool

  /// Nodes that are looked at in all where loops are simplified for one result after the other.
  private static let separateLimit = 1 << 22

  /// A program of more nodes is kept small between the parts of a phase.
  private static let largeCount = 1 << 16

  public init(strict: Bool = false, recording: Bool = false) {
    self.strict = strict
    self.recording = recording
  }

  /// Rewrites what `roots` need through each phase in turn.
  ///
  /// - Parameter report: receives, where the rewriter records, which rules fired where.
  /// - Returns: the new roots, in the same arena.
  /// - Complexity: linear in the live nodes, but for sorting the terms of each sum and the factors of each product.
  public func rewrite(
    _ graph: inout Graph, roots: [NodeID], through phases: [Phase], report: inout RewriteReport
  ) -> [NodeID] {
    let roots = graph.functions.isEmpty ? roots : rewriteScans(&graph, roots, through: phases)
    return rewriteNodes(&graph, roots, through: phases, report: &report)
  }

  /// Simplifies the scans as wholes, rewrites the bodies of functions, each once and the inner ones first, and looks at
  /// the scans again.
  private func rewriteScans(_ graph: inout Graph, _ roots: [NodeID], through phases: [Phase]) -> [NodeID] {
    // A reader looks at one result at a time, as long as that is not too much work.
    let isSeparate = phases == [.readable] && roots.count <= Rewriter.separateLimit / max(graph.count, 1)
    func simplified(_ roots: [NodeID], _ graph: inout Graph) -> [NodeID] {
      if isSeparate { return roots.map { ScanPass.run(&graph, roots: [$0], reordering: !strict)[0] } }
      return ScanPass.run(&graph, roots: ScanFusion.run(&graph, roots: roots), reordering: !strict)
    }
    let start = simplified(roots, &graph)
    let changed = graph.transformingFunctions(reachedFrom: start) { name, body in
      if LibraryForm.contains(name, body) { return body }
      var body = body
      let nodes = ScanPass.run(
        &body.graph, roots: ScanFusion.run(&body.graph, roots: body.rootNodes), reordering: !strict)
      var report = RewriteReport()
      let images = rewriteNodes(&body.graph, nodes, through: phases, isBody: true, report: &report)
      for (index, node) in images.enumerated() { body.roots[index].node = node }
      return body.compacted()
    }
    return simplified(changed, &graph)
  }

  private func rewriteNodes(
    _ graph: inout Graph, _ roots: [NodeID], through phases: [Phase], _ part: Workspace.Part = .whole,
    isBody: Bool = false, report: inout RewriteReport
  ) -> [NodeID] {
    // The arena moves into the workspace and back, so that nothing is copied.
    // Names are for readers alone: what is differentiated once more or run has no use for them.
    var workspace = Workspace(strict: strict, recording: recording, naming: phases == [.readable] && !strict)
    workspace.isBody = isBody
    workspace.exchange(&graph)
    var result = workspace.run(roots, through: phases, part)
    if !strict, phases.contains(.canonicalise) {
      let ordered = ContractionOrder.run(&workspace.graph, roots: result)
      if ordered != result {
        workspace.adoptGraph()
        result = workspace.run(ordered, through: phases)
      }
    }
    report.entries += workspace.report.entries
    report.abandoned += workspace.report.abandoned
    workspace.exchange(&graph)
    if graph.functions.isEmpty, workspace.settledRoots == result { graph.noteSettled(result) }
    return result
  }

  public func rewrite(_ graph: inout Graph, roots: [NodeID], through phases: [Phase]) -> [NodeID] {
    var report = RewriteReport()
    return rewrite(&graph, roots: roots, through: phases, report: &report)
  }

  /// Rewrites a program and drops the nodes that no root needs any more.
  ///
  /// It takes the program over: one that nobody else holds is not copied.
  public func rewrite(_ program: consuming Program, through phases: [Phase]) -> Program {
    var report = RewriteReport()
    return rewrite(program, through: phases, report: &report)
  }

  public func rewrite(
    _ program: consuming Program, through phases: [Phase], report: inout RewriteReport
  ) -> Program {
    var roots = program.rootNodes
    let isLarge = program.graph.count > Rewriter.largeCount
    if isLarge { UnusedMemory.release() }
    defer { if isLarge { UnusedMemory.release() } }
    if phases == [.specialise], !strict, !recording, program.graph.functions.isEmpty, isLarge {
      // What the rounds leave behind is given back before they are followed by as many nodes again.
      roots = rewriteNodes(&program.graph, roots, through: phases, .collecting, report: &report)
      for (index, node) in roots.enumerated() { program.roots[index].node = node }
      program = program.compacted()
      UnusedMemory.release()
      roots = rewriteNodes(&program.graph, program.rootNodes, through: phases, .plain, report: &report)
    } else {
      roots = rewrite(&program.graph, roots: roots, through: phases, report: &report)
    }
    for (index, node) in roots.enumerated() { program.roots[index].node = node }
    return program.compacted()
  }
}
