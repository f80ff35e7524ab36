import Testing

/// What the verbs say and return when what they get is not what they want, and when it is.
@Suite(.enabled(if: BuiltCommand.nabla != nil, "nabla is not built"))
struct CommandLineTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let script: String
    let status: Int32
    /// A part of what is printed on standard output.
    let output: String
    /// A part of what is printed on standard error; nothing may be there where this is empty.
    let errors: String

    init(_ script: String, _ status: Int32 = 0, _ output: String = "", errors: String = "") {
      self.script = script
      self.status = status
      self.output = output
      self.errors = errors
    }

    var testDescription: String { script }
  }

  static func run(_ script: String) throws -> ExampleDirectory.Outcome {
    try ExampleDirectory(nabla: try #require(BuiltCommand.nabla)).run(script, seconds: 60)
  }

  private func check(_ example: Case) throws {
    let outcome = try Self.run(example.script)
    let context = "\(outcome.output)\(outcome.errors)"
    #expect(outcome.status == example.status, "\(context)")
    #expect(outcome.output.contains(example.output) || example.output.isEmpty, "\(context)")
    #expect(example.errors.isEmpty ? outcome.errors.isEmpty : outcome.errors.contains(example.errors), "\(context)")
    // Nobody wants to read a framework's own words.
    #expect(!outcome.errors.contains("NSCocoaErrorDomain") && !outcome.errors.contains("Fatal error"), "\(context)")
  }

  @Test(arguments: [
    Case("nabla diff missing.nabla", 1, errors: "'missing.nabla': no such file or directory [source.unreadable]"),
    Case("mkdir d.nabla && nabla diff d.nabla", 1, errors: "'d.nabla': is a directory"),
    Case("mkdir d && nabla diff ./d", 1, errors: "ends in .nabla"),
    Case("nabla diff ''", 2, errors: "error: the program is empty: it has no function [check.no-function]"),
    Case("nabla eval 'k = 3'", 2, errors: "<input>:1:1: error: the program has no function: 'k' is a constant"),
    Case("nabla diff - </dev/null", 2, errors: "check.no-function"),
    Case(": >e.nabla; nabla eval e.nabla", 2, errors: "check.no-function"),
    Case(#"printf '\377\000\001(' >b.nabla; nabla diff b.nabla"#, 2, errors: "lex.invalid-utf8"),
    Case(#"printf 'f(x) = x\377^2\n' | nabla diff -"#, 2, errors: "<stdin>:1:9"),
    Case(#"printf '\357\273\277f(x) = x^2\r\ng(y) = 2*f(y)\r\n' >w.nabla; nabla diff w.nabla"#, 0, "dg/dy = 4*y"),
    Case(#"printf 'f(x) = x^2\rg(x) = 3*x\r' | nabla diff -"#, 0, "dg/dx = 3"),
    Case("nabla diff -- '-x^2'", 0, "df/dx = -2*x"),
  ])
  func `a source may be anything`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case("nabla eval 'f(x) = x'", 64, errors: "a point is needed: --at x=…\nUsage: nabla eval "),
    Case("nabla eval 'f(x) = x' --at y=1", 1, errors: "no parameter 'y'; there are 'x'"),
    Case("nabla eval 'f(x) = x' --at x=1,x=2", 64, errors: "--at gives 'x' twice"),
    Case("nabla eval 'f(x) = x' --at x=1 --at x=2", 64, errors: "--at gives 'x' twice"),
    Case("nabla eval 'f(x) = x' --at x", 64, errors: "--at takes NAME=VALUE, not 'x'"),
    Case("nabla eval 'f(x) = x' --at x=", 64, errors: "a value is missing after 'x='"),
    Case("nabla eval 'f(x) = x' --at =1", 64, errors: "a name is missing before '=1'"),
    Case("nabla eval 'f(x) = x' --at 'x=1 +'", 64, errors: "--at x:1:4: error: expected an expression"),
    Case("nabla eval 'f(x) = x' --at x=abc", 64, errors: "the value of 'x' is a number, not 'abc'"),
    Case("nabla eval 'f(x) = x' --at 'x=[1, 2]'", 1, errors: "a number is expected, not a list"),
    Case("nabla eval 'f(x) = x^2' --at x=-inf", 0, "f = inf"),
    Case("nabla eval 'f(x) = 2*x' --at x=nan", 0, "f = nan"),
    Case("nabla eval 'f(x) = sin(x)' --at x=pi/2", 0, "f = 1"),
  ])
  func `a point may be anything`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case("nabla frobnicate", 64, errors: "error: there is no verb 'frobnicate'\nUsage: nabla "),
    Case("nabla dif x", 64, errors: "there is no verb 'dif'; did you mean 'diff'?"),
    Case("nabla help evl", 64, errors: "there is no verb 'evl'; did you mean 'eval'?"),
    Case("nabla 'f(x) = x^2'", 64, errors: "a verb stands before the program"),
    Case("nabla diff x + y", 64, errors: "note: a program is one argument"),
    Case("nabla diff -x^2", 64, errors: "note: a program that begins with a minus comes after '--', as in: -- '-x^2'"),
    Case("nabla diff 'f(x) = x' --nonsense", 64, errors: "error: Unknown option '--nonsense'\nUsage: nabla diff "),
    Case("nabla diff 'f(x) = x' --order -1", 1, errors: "between 1 and 64, not -1"),
    Case("nabla diff 'f(x) = x' --wrt ''", 64, errors: "names are separated by commas"),
    Case("nabla diff 'f(x) = x' --wrt y", 1, errors: "no parameter 'y'; it has 'x'"),
    Case("nabla diff 'f(x) = x' --function g", 2, errors: "no function 'g'"),
    Case("nabla diff 'f(x) = x' --dtype f16", 64, errors: "--dtype is f64 or f32"),
    Case("nabla diff 'f(x) = x' --size n", 64, errors: "--size wants NAME=NUMBER"),
    Case("nabla eval 'f(x) = x' --at x=1 --want values", 64, errors: "there are value, gradient"),
    Case("nabla check 'f(x) = x' --points 0", 64, errors: "--points is at least 1"),
    Case("nabla draw 'f(x) = x' --depth -1", 64, errors: "--depth is at least 0"),
    Case("nabla draw 'f(x) = x' -o f.jpg", 64, errors: "ends in .svg, .pdf, .png or .dot"),
    Case("nabla serve", 64, errors: "--stdio\nUsage: nabla serve"),
    Case("nabla perturb 'f(x) = x' y=+1 --at x=1", 1, errors: "no parameter 'y'; there are 'x'"),
    Case("nabla perturb 'f(x) = x' x=0 --at x=1", 64, errors: "the number is not 0"),
    Case("nabla perturb 'f(x) = x' x=nan --at x=1", 64, errors: "NAME=+NUMBER, not 'x=nan'"),
    Case("nabla perturb 'f(x) = x'", 64, errors: "Usage: nabla perturb <source> <change> --at <at> [<options>]\n"),
  ])
  func `what cannot be meant is a usage error, what cannot be done a failure`(_ example: Case) throws {
    try check(example)
  }

  @Test(arguments: [
    Case("nabla bench 'f(x) = x^2' --points 1000000000000", 1, errors: "this needs 16.0 TB of memory"),
    Case(
      "nabla bench 'f(x: [m, 3]) = mean((x |> dense(2))^2)' --function f --train 'sgd(0.1)' --size m=1000000000000", 1,
      errors: "[limit.memory]"),
    Case("nabla eval 'f(x: [3], i: i64) = x[i]' --at 'x=[1, 2, 3],i=7'", 1, errors: "[index.range]"),
  ])
  func `what a run cannot do is told before it ends the process`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case("nabla draw 'f(x) = x' -o no/f.svg", 1, errors: "cannot write 'no/f.svg': no such file or directory"),
    Case("touch f; nabla emit 'f(x) = x' -o f/g", 1, errors: "cannot make the folder 'f/g'"),
    Case("nabla show 'f(x) = sin(x)' --stage c >/dev/full", 1, errors: "standard output: no space left on device"),
    Case("nabla diff 'f(x) = x^2' >&-", 1, errors: "standard output: bad file descriptor"),
    Case(
      "nabla emit 'f(x) = x^2' -o out/deep", 0,
      "out/deep/f.c\nout/deep/f.h\nout/deep/f_main.c\nout/deep/CMakeLists.txt\n"),
    Case("nabla emit 'f(x: [3]) = sum(x^2)' -o out/deep --threads 0", 64, errors: "--threads is from 1 to 64, not 0"),
  ])
  func `what is written is written, or the reason is told`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case("env -u HOME -u XDG_CACHE_HOME nabla eval 'f(x) = x^2' --at x=2 --backend c", 0, "f = 4", errors: "not kept"),
    Case("XDG_CACHE_HOME=/dev/null nabla eval 'f(x) = x^2' --at x=2 --backend c", 0, "f = 4", errors: "not kept"),
    Case("NABLA_CC=/none nabla eval 'f(x) = x^2' --at x=2 --backend c", 0, "f = 4", errors: "interpreting"),
    Case("NABLA_CC=/none nabla eval 'f(x) = x^2' --at x=2", 0, "f = 4"),
  ])
  func `no home, no cache, no compiler`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case(
      "nabla eval 'f(x) = log(x) + 1' --at x=-1 --check-finite", 1, "f = nan",
      errors: "<input>:1:8: error: log(-1) is nan [run.not-finite]"),
    Case("nabla eval 'f(x) = 1/x' --at x=0 --check-finite", 1, "f = inf", errors: "1/0 is inf"),
    Case("nabla eval 'f(x) = sqrt(x)' --at x=0 --check-finite", 0, "f = 0"),
    Case("nabla eval 'f(x) = sqrt(x)' --at x=0 --gradient --check-finite", 1, "df/dx = inf", errors: "is inf"),
    Case("nabla eval 'f(x) = 2*x' --at x=nan --check-finite", 1, "f = nan", errors: "'x' is nan"),
    Case("nabla eval 'f(x) = if x > 0 then log(x) else x' --at x=-1 --check-finite", 0, "f = -1"),
    Case(
      "nabla eval 'f(x: [n]) { s = 1\n for xi in x { s = s*log(xi) }\n s }' --at 'x=[2,-1,3]' --check-finite", 1,
      "f = nan", errors: "log(-1) is nan in step 1"),
  ])
  func `the first value that is not finite is found`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case("nabla eval 'f(x,y) = (x*y, x+y)' --at x=2,y=3", 0, "f_0 = 6\nf_1 = 5\n"),
    Case("nabla eval 'f(x,y) { u = x*y; v = x+y; (u, v) }' --at x=2,y=3", 0, "u = 6\nv = 5\n"),
    Case("nabla eval 'f(x,y) = (x*y, x+y)' --at x=2,y=3 --want jacobian", 0, "df_0/dy = 2\ndf_1/dx = 1\n"),
    Case("nabla eval 'f(x,y) = (x*y, x+y)' --at x=2,y=3 --want jvp --vector x=1,y=0", 0, "jvp f_0 = 3\njvp f_1 = 1\n"),
    Case("nabla eval 'f(x,y) = x*y' --at x=2,y=3 --want vjp --vector 2", 0, "vjp x = 6\nvjp y = 4\n"),
    Case("nabla eval 'f(x,y) = x^2*y' --at x=2,y=3 --want hvp --vector x=1,y=0", 0, "hvp x = 6\nhvp y = 4\n"),
    Case("nabla eval 'f(x,y) = x^2*y' --at x=2,y=3 --want hessian", 0, "d^2f/dx^2 = 6\nd^2f/dx dy = 4\n"),
    Case("nabla show 'f(x) = (x, x^2)' --stage backward", 0, "program {"),
    Case("nabla diff 'f(x,y) = (x*y, x+y)'", 0, "df_0/dx = y\ndf_0/dy = x\ndf_1/dx = 1\ndf_1/dy = 1\n"),
    Case("nabla diff 'f(x,y) = (x*y, x+y)' --wrt y --at x=2,y=3", 0, "df_0/dy = x = 2\ndf_1/dy = 1\n"),
    Case(
      "nabla diff 'f(x) = (x, x^2)' --at x=3 --format json", 0,
      #""derivatives":{"f_0":{"x":"1"},"f_1":{"x":"2*x"}},"latex":{"f_0":{"x":"1"},"f_1":{"x":"2 x"}}"#
        + #","at":{"f_0":{"x":1},"f_1":{"x":6}}}"#),
    Case("nabla diff 'f(x) = (x, x^2)' --format swift", 0, "func f("),
    Case("nabla diff 'f(x) = (x, x^2)' --order 2", 1, errors: "derivative.not-scalar"),
    Case("nabla eval 'f(x) = x^2' --at x=1 --want hvp --vector x=1,z=2", 1, errors: "vector: no part 'z'"),
    Case("nabla show 3 --stage c", 0, "double"),
    Case("nabla show 'f(x) = (x, x^2)'", 0, "f(x) = (x, x^2)\n"),
    Case(
      "nabla show 'f(x: [n], A: f32[n, n], k: i64) = (A @ x)*k' | tee f.nabla && nabla fmt --check f.nabla", 0,
      "f(x: [n], A: f32[n, n], k: i64) = (A @ x)*k\n"),
    Case("nabla diff 'f(x) = (x, x^2)' --format json", 0, #""value":"f_0 = x\nf_1 = x^2""#),
    Case("nabla show 'f(x) = x^2' --stage backward --value-only | grep -c return", 0, "1\n"),
    Case("nabla show 'f(x) = x^2' --stage backward | grep -c return", 0, "2\n"),
    Case("nabla emit 'f(x) = x' -o out --separate-weights", 64, errors: "--separate-weights needs --weights"),
    Case("nabla fmt 'f(x) = x' --check", 0),
    Case("nabla fmt 'f(x)=x' --check", 1),
    Case(
      "nabla check 'f(x) = sqrt(x)' --at x=-1", 1, "differences nan not compared\n",
      errors: "nothing was compared [check.not-finite]"),
    // Differences reach below 0, where there is no root.
    Case(
      "nabla check 'f(x, y) = sqrt(x) + y' --at x=1e-6,y=1", 1, "largest difference",
      errors: "1 of them could not be compared"),
    Case(
      "nabla check 'f(x: [3000]) = sum(x^2)' --points 1 | grep -c reverse", 0, "1000\n",
      errors: "note: of the 3000 elements of 'x' about 1000 are compared"),
    Case("nabla minimize 'f(x) = x^2' --start y=1", 1, errors: "start: no parameter 'y'; there are 'x'"),
    Case("nabla check 'f(x: [1000000000000]) = sum(x^2)'", 1, errors: "of memory"),
    Case("nabla bench 'f(x: [1000000000000]) = sum(x^2)' --points 1", 1, errors: "of memory"),
    Case("nabla show 'f(x: [1000000000]) = sum(x^2)' --stage kernels --value-only", 0, "1000000000"),
    Case("nabla diff 'f(x: [n]) = sum(x^2)' --order 2", 1, errors: "by one number, and 'x' is f64[n]"),
    Case("nabla draw 'f(x) = (x, x)' --result 2", 64, errors: "there is no result '2'; there are f_0, f_1"),
  ])
  func `several results, derivatives of every kind`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case("nabla eval 'f(x: [n]) = 2*x' --at 'x=[1,2,3]'", 0, "f = [2., 4., 6.]\n"),
    Case("nabla eval 'f(x: [n]) = 2*x' --at 'x=[1,2,3]' --format json", 0, #"{"value":[2,4,6]}"#),
    Case("nabla eval 'f(x: i32[n]) = x' --at 'x=[1,2,300]'", 0, "f = [  1,   2, 300]\n"),
    Case("nabla eval 'f(x: [n]) = sum(x)' --at 'x=[]'", 0, "f = 0\n"),
    Case("nabla eval 'f(x: [n]) = 2*x' --at 'x=[]'", 0, "f = []\n"),
    Case(
      "nabla eval 'f(x: [n]) = sum(x[i+1] - x[i] for i in 0..<n-1)' --at 'x=[]' --gradient", 0, "f = 0\ndf/dx = []\n"),
    Case("nabla eval 'f(x: [n]) = [x[i+1] - x[i] for i in 0..<n-1]' --at 'x=[]' --backend c", 0, "f = []\n"),
    Case("nabla show 'f(x: [n], y: [n]) = sum(x*y)' --stage plan --size n=8", 0, "a0: f64[8]"),
    Case("nabla eval 'f(n: size = 4) = sum(arange(n))'", 0, "f = 6\n"),
    Case("nabla eval 'f(x: [n]) = sum(reshape(x, [n//2, 2])[:, 0])' --at 'x=[1,2,3,4]'", 0, "f = 4\n"),
    Case("nabla eval 'f(x: [n]) = sum(reshape(x, [n//2, 2]))' --at 'x=[1,2,3]'", 2, errors: "shape.deferred"),
    Case("nabla eval 'f(x: [n], y: [m]) = sum(x[:n//2]*y)' --at 'x=[1,2,3,4],y=[1,2]'", 0, "f = 5\n"),
    Case("nabla eval 'f(x: [n], y: [m]) = x[:n//2]*y' --at 'x=[1,2,3,4],y=[1,2,3]'", 2, errors: "2 here, 3 there"),
    Case("nabla eval 'f(x: [n], y: [m]) = x*y' --at 'x=[1,2],y=[1,2]'", 2, errors: "shape.broadcast"),
    Case("nabla diff 'f(x: [2]) = x^2'", 0, "df/dx = [[2*x[0], 0], [0, 2*x[1]]]\n"),
    Case("nabla eval 'f(x: [3], i: i64) = sum(x)*i' --at 'x=[1,2,3],i=0' --want hessian --sparse", 0, "3 × 3, "),
    Case("nabla eval 'f(x) = x^2' --at x=1 --sparse", 64, errors: "--sparse is for --want jacobian or hessian"),
    Case(
      "nabla eval 'f(x: [n]) = sum((x[i+1] - x[i])^2 for i in 0..<n-1)' --at 'x=[1,2,3]' --want hessian --sparse -o h.npz;"
        + " nabla eval 'g(d: [k], s: i64[2]) = sum(d) + sum(s)' --at d=@h.npz:data,s=@h.npz:shape", 0, "g = 6\n"),
    Case(
      "nabla eval 'f(z: [2, 3], ids: i64[2]) = mean(sparse_cross_entropy(softmax(z), ids))' --want gradient"
        + " --at 'z=[[1,2,3],[1,2,3]],ids=[5,0]'", 1, errors: "index.range"),
    Case(
      "nabla eval 'f(a: [2], b: [2]) = stack([a, b], axis: 1)' --at 'a=[1,2],b=[3,4]'", 0,
      "f = [[1., 3.],\n     [2., 4.]]\n"),
    Case("nabla eval 'f(a: [2], b: [2]) = concatenate([a, b])' --at 'a=[1,2],b=[3,4]'", 0, "f = [1., 2., 3., 4.]\n"),
    Case("nabla eval 'f(x: [n], y: [n]) = x*y' --at 'x=[1,2],y=[1,2,3]'", 1, errors: "shape.conflict"),
    Case(
      "nabla eval 'f(x: [m, n]) = sum(x)' --at 'x=[[1,2],[3]]'", 1, errors: "at.x[1]: 2 entries are expected, as before"
    ),
    Case("nabla eval 'f(x: [2*n], y: [n]) = sum(x)/n + sum(y)' --at 'x=[1,2,3,4],y=[0,0]'", 0, "f = 5\n"),
    Case("nabla eval 'f(x: [n], k = 2) = k' --at k=3", 1, errors: "shape.unknown-size"),
    Case("nabla eval 'f(x: [n]) = sum(x)' --at 'x=[1,2,3]' --size n=2", 1, errors: "shape.conflict"),
    Case(
      "nabla eval 'f(x: [n], y: [n]) = x @ y' --at 'x=[1,2],y=[3,4]' --want jvp --vector 'x=[1,0],y=[0,1]'", 0,
      "jvp = 5\n"),
    Case("nabla eval 'f(x: [n]) = x' --at 'x=@no.npy'", 1, errors: "'no.npy': no such file or directory [data.file]"),
    Case("nabla eval 'f(x: [n]) = x' --at 'x=@no.txt'", 1, errors: "ends in .npy, .npz, .csv, .json"),
    Case("printf x >x.npy; nabla eval 'f(x: [n]) = x' --at x=@x.npy", 1, errors: "no npy file"),
    Case("printf 'a,b\\n1,2\\n3,4' >x.csv; nabla eval 'f(x: [n]) = x' --at x=@x.csv:b", 0, "f = [2., 4.]\n"),
    Case("printf 'a,b\\n1,2\\n3,4' >x.csv; nabla eval 'f(x: [m, n]) = sum(x)' --at x=@x.csv", 0, "f = 10\n"),
    Case(
      "printf 'a,b\\n1,2\\n3' >x.csv; nabla eval 'f(x: [m, n]) = sum(x)' --at x=@x.csv", 1, errors: "line 3: 2 entries"),
    Case(
      "printf '{\"a\":[1,2],\"z\":3}' >p.json; nabla eval 'f(a: [n], b = 2) = a*b' --at @p.json", 0, "f = [2., 4.]\n"),
    Case(
      "nabla eval 'f(x: [n]) = (sum(x), 2*x)' --at 'x=[1,2]' --want value,jacobian -o r.npz;"
        + " nabla eval 'g(a, b: [n], c: [n]) = a*b + c' --at a=@r.npz:f_0,b=@r.npz:f_1,c=@r.npz:jacobian.f_0.x",
      0, "g = [ 7., 13.]\n"),
    Case(
      "nabla eval 'f(x: [n]) = (sum(x), 2*x)' --at 'x=[1,2]' -o r.npy", 1, errors: "a .npy file cannot hold 2 arrays"),
    Case("nabla eval 'f(x) = x' --at x=1 -o no/r.npy", 1, errors: "'no/r.npy'"),
    Case("nabla check 'f(x: [n]) = sum(x^2)' --size n=2 --points 1", 0, "df/dx[1]"),
    Case("nabla emit 'f(x: [n]) = sum(x^2)' -o out", 1, errors: "the size 'n' has no value: give it with --size n=…"),
    Case("nabla emit 'f(x: [n]) = sum(x^2)' -o out --size n=3", 0, "out/f.c"),
    Case("nabla bench 'f(x: [n]) = sum(x^2)' --backend interpreter --points 10 --size n=3", 0, "operations"),
    Case("nabla bench 'f(x: [n]) = sum(x^2)' --hessian --backend interpreter --points 1 --size n=3", 0, "Hessian"),
    Case(
      "nabla bench 'f(x) = x^2' --hessian --jvp --backend interpreter --points 1 --json", 0, #""jvp_operations":"#),
    Case("nabla bench 'f(x) = (x, x)' --hessian --backend interpreter", 1, errors: "derivative.not-scalar"),
  ])
  func `arrays come from and go to lists and files`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case(
      "nabla minimize 'f(x, y) = (1 - x)^2 + 100*(y - x^2)^2' --start x=-1.2,y=1 --method newton --json", 0,
      #""state":"converged""#, errors: "converged after"),
    Case(
      "nabla minimize 'f(x, a) = (x - a)^2' --start x=1 --at a=3 --method newton", 0, "f = 0\nx = 3\n",
      errors: "1 iteration, "),
    Case("nabla minimize 'f(x) = -x' --start x=1", 1, "x = ", errors: "falls without end"),
    Case("nabla minimize 'f(x) = log(x)' --start x=-1", 1, "f = nan", errors: "not finite"),
    Case(
      "nabla minimize 'f(x) = exp(x) + exp(-2*x)' --start x=5 --max-iterations 1", 1, "x = ",
      errors: "the limit of iterations"),
    Case(
      "nabla minimize 'f(x: [n]) = sum((x - 1)^2)' --start 'x=[0,0]' -o x.npy --method newton && nabla eval 'g(x: [n]) = x' --at x=@x.npy",
      0, "g = [1., 1.]\n", errors: "converged"),
    Case("nabla minimize 'f(x) = x^2'", 64, errors: "a start is needed: --start x=…"),
    Case("nabla minimize 'f(x) = x^2' --start x=1 --at x=2", 64, errors: "'x' is in --start and in --at"),
    Case("nabla minimize 'f(x, y) = x*y' --start x=1", 1, errors: "at: no value for 'y'"),
    Case("nabla minimize 'f(x) = (x, x)' --start x=1", 1, errors: "derivative.not-scalar"),
    Case("nabla minimize 'f(x) = x^2' --start x=1 --tolerance -1", 64, errors: "--tolerance is at least 0"),
  ])
  func `a minimum is searched for`(_ example: Case) throws { try check(example) }

  @Test(arguments: [
    Case(
      "ulimit -v 3000000; seq 20000 >x.csv; nabla eval 'f(x: [n]) = sum(exp(outer(x, x)))' --at x=@x.csv", 1,
      errors: "bytes), and there is"),
    Case(
      "seq 100000 >x.csv; nabla eval 'f(x: [n]) = sum(exp(outer(x, x)))' --at x=@x.csv", 1, errors: "80.0 GB of memory"),
  ])
  func `what does not fit in memory is refused before it starts`(_ example: Case) throws { try check(example) }

  @Test func `colours are for terminals`() throws {
    let outcome = try Self.run("nabla diff 'f(x) = y' 2>&1 || true")
    #expect(!outcome.output.contains("\u{1B}["))
  }
}
