import NablaDiagnostics
import NablaLanguage
import Testing

@Suite struct ParserCorpusTests {
  @Test(arguments: try Corpus.parses().filter { $0.meaning != nil })
  func `reads the structure that was meant`(_ example: Corpus.Parse) {
    let parsed = Parser.parse(SourceText(example.source))
    #expect(parsed.diagnostics == [])
    #expect(parsed.tree.sExpression == example.meaning)
  }

  @Test(arguments: try Corpus.parses().filter { $0.error == true })
  func `refuses with one error`(_ example: Corpus.Parse) {
    let parsed = Parser.parse(SourceText(example.source))
    #expect(parsed.diagnostics.map(\.severity) == [.error])
  }

  @Test(arguments: Corpus.programNames)
  func `reads the programs of the language description`(_ name: String) throws {
    let parsed = Parser.parse(SourceText(try Corpus.program(name), name: name))
    #expect(parsed.diagnostics == [])
  }

  @Test(arguments: [Corpus.formulas, Corpus.expressions])
  func `reads every line of a corpus`(_ lines: [String]) {
    for line in lines {
      #expect(Parser.parse(SourceText(line)).diagnostics == [], "\(line)")
    }
  }
}
