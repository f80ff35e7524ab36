import NablaDiagnostics
import Testing

@testable import NablaLanguage

@Suite struct SourceFormatterTests {
  private func format(_ text: String) throws -> String { try SourceFormatter.format(SourceText(text)) }

  @Test(arguments: [
    ("f(a,b,c)=3*(a+b*c)", "f(a, b, c) = 3*(a + b*c)"),
    (
      "gauss(x,mu=0 , sigma = 1)=exp( - ((x-mu) / sigma)^2/2)",
      "gauss(x, mu = 0, sigma = 1) = exp(-((x - mu)/sigma)^2/2)"
    ),
    ("line(x , k)=2x+3(x+k)", "line(x, k) = 2x + 3(x + k)"),
    ("f(x)=√( x² + y² )", "f(x) = √(x² + y²)"),
    ("f(x)=2 ^ - 1*a*-b - -c", "f(x) = 2^-1*a*-b - -c"),
    ("f(x)=A.T@(A@w-y)", "f(x) = A.T @ (A @ w - y)"),
    ("f(x)=A@w*2+a*b", "f(x) = A @ w * 2 + a*b"),
    ("f(x)=x[i+1]+x[ a : b , : : 2 , -1 ]", "f(x) = x[i+1] + x[a:b, ::2, -1]"),
    ("f(x)=x[ 2e - 3]", "f(x) = x[2e - 3]"),
    (
      "f(x)=sum( x[i]for i in 0 ..< n-1,j in 0..<i ,axis : 0)", "f(x) = sum(x[i] for i in 0..<n-1, j in 0..<i, axis: 0)"
    ),
    ("f(x:[k,d*(d-1)//2],n:size)=x", "f(x: [k, d*(d-1)//2], n: size) = x"),
    ("f(x:f32[...,n])=not(x<1)and x!=2or x==3", "f(x: f32[..., n]) = not (x < 1) and x != 2 or x == 3"),
    ("f(x)=if x>0then 1else-x", "f(x) = if x > 0 then 1 else -x"),
    ("f(x)=g ' ( x )^2", "f(x) = g'(x)^2"),
    ("f(x)=where(x>0,x,0)where(u,v)=g(x)", "f(x) = where(x > 0, x, 0) where (u, v) = g(x)"),
    ("f(x)=x|>g(2)|>h", "f(x) = x |> g(2) |> h"),
    ("f(x)=∂(x^2,x)·2", "f(x) = ∂(x^2, x)·2"),
    ("f(x)=[[1,2],[3,4]]", "f(x) = [[1, 2], [3, 4]]"),
    ("f(x)=einsum(\"bi,ij->bj\",x,[ ])", "f(x) = einsum(\"bi,ij->bj\", x, [])"),
    ("f(x)=2x;;g(x)=3;", "f(x) = 2x; g(x) = 3"),
    ("f(x){y=x;y}", "f(x) { y = x; y }"),
    ("f(x)=π*−x", "f(x) = π*−x"),
    ("layer  g( x ){param W:[n]=zeros;W*x}", "layer g(x) { param W: [n] = zeros; W*x }"),
  ])
  func `spaces tokens canonically`(_ source: String, _ expected: String) throws {
    #expect(try format(source) == expected + "\n")
  }

  @Test func `indents blocks and continued lines`() throws {
    let source = """
      # Recurrent.
      rnn(x: [t, m, i], h0)
      {
      h = h0
        for xt in x { h = tanh(xt @ W) }   # a loop


        for xt in x {
      h = tanh(xt)
          h }
      # the value
      h
        where(h > 0,
      h,
           0
      )
      }
      f(x) = x
      |> g
         # then
        |> h
      g(x) = 3 +
      4
      """
    let expected = """
      # Recurrent.
      rnn(x: [t, m, i], h0) {
          h = h0
          for xt in x { h = tanh(xt @ W) }  # a loop

          for xt in x {
              h = tanh(xt)
              h
          }
          # the value
          h
          where(h > 0,
              h,
              0
          )
      }
      f(x) = x
          |> g
          # then
          |> h
      g(x) = 3 +
          4

      """
    // The value `h` is not used; layout alone is tested here.
    let tree = Parser.parse(SourceText(source)).tree
    #expect(SourceFormatter.layout(tree) == expected)
  }

  @Test func `keeps comments and groups of lines`() throws {
    let source =
      "\u{FEFF}\r\n#!x\n\n\n#a  \nx = 1 #one\nlonger = 2 # two\n\n\n\ny = 3 # three\nf(a, # first\nb) = a; # second\n\n# end\n\n"
    let expected = """
      #!x

      # a
      x = 1       # one
      longer = 2  # two

      y = 3       # three
      f(a,        # first
          b) = a  # second

      # end

      """
    #expect(try format(source) == expected)
  }

  @Test func `a source with errors is left alone`() {
    #expect(throws: DiagnosticsError.self) { try format("f(x) = 2 x") }
  }

  @Test func `nothing is an empty text`() throws {
    #expect(try format("") == "")
    #expect(try format(" \n\n;;\n") == "")
    #expect(try format("# only") == "# only\n")
  }

  @Test func `every corpus keeps its trees, and its layout the second time`() throws {
    for text in try Corpus.all() {
      let parsed = Parser.parse(SourceText(text))
      guard !parsed.hasErrors else { continue }
      let once = SourceFormatter.layout(parsed.tree)
      let again = Parser.parse(SourceText(once))
      #expect(again.tree.sExpression == parsed.tree.sExpression, "\(text)")
      #expect(again.tree.hasSameStructure(as: parsed.tree), "\(text)")
      #expect(SourceFormatter.layout(again.tree) == once, "\(text)")
    }
  }
}
