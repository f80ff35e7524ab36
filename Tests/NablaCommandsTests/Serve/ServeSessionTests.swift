import Nabla
import Testing

@testable import NablaCommands

/// The protocol's answers, field by field.
struct ServeSessionTests {
  private func answer(_ text: String) throws -> JSONValue {
    var session = ServeSession(limits: ServeLimits())
    let value = try JSONParser.parse(Array(text.utf8))
    do {
      return session.answer(try ServeRequest(value), ServeSession.Checkpoint { _ in })
    } catch {
      return ServeAnswer.failure(value["id"] ?? .null, [error])
    }
  }

  @Test func `value and gradient of the seed formula`() throws {
    let answer = try answer(
      #"{"id":1,"source":"f(a,b,c) = 3*(a + b*c)","want":["value","gradient"],"at":{"a":5,"b":3,"c":2}}"#)
    #expect(answer.text == #"{"id":1,"value":[33],"gradient":[{"a":3,"b":6,"c":9}]}"#)
  }

  @Test func `every numeric want`() throws {
    let answer = try answer(
      #"{"id":"x","source":"f(x,y) = x^2*y","want":["jacobian","hessian","jvp","vjp","hvp"],"at":[{"x":3,"y":2}],"#
        + #""vector":{"x":1,"y":10,"value":2}}"#)
    #expect(answer["jacobian"]?.text == #"[{"x":12,"y":9}]"#)
    #expect(answer["hessian"]?.text == #"[{"x":{"x":4,"y":6},"y":{"x":6,"y":0}}]"#)
    #expect(answer["jvp"]?.text == "[102]")
    #expect(answer["vjp"]?.text == #"[{"x":24,"y":18}]"#)
    #expect(answer["hvp"]?.text == #"[{"x":64,"y":6}]"#)
  }

  @Test func `arrays bind the sizes of a header`() throws {
    let source = #""source":"f(x: [m, n], w: [n]) = sum(x @ w)/m""#
    let answer = try answer(
      #"{\#(source),"want":["value","gradient","derivatives"],"at":{"x":[[1,2,3],[4,5,6]],"w":[1,0,-1]}}"#)
    #expect(answer["value"]?.text == "[-2]")
    #expect(answer["gradient"]?.text == #"[{"x":[[0.5,0,-0.5],[0.5,0,-0.5]],"w":[2.5,3.5,4.5]}]"#)
    // Texts keep the names.
    #expect(answer["derivatives"]?["w"]?.string == "sum(x, axis: 0)/m")
    let conflict = try self.answer(#"{\#(source),"at":{"x":[[1,2,3],[4,5,6]],"w":[1,0]}}"#)
    #expect(conflict["error"]?["id"]?.string == "shape.conflict")
    let points = try self.answer(
      #"{\#(source),"at":[{"x":[[1,2]],"w":[3,4]},{"x":[[5,6]],"w":[7,8]},{"x":[[5,6,7]],"w":[7,8,9]}]}"#)
    #expect(points["value"]?.array?.prefix(2).map(\.text) == ["11", "83"])
    #expect(points["value"]?.array?.last?["error"]?["id"]?.string == "shape.conflict")
    let columns = try self.answer(#"{\#(source),"columns":{"x":[[[1,2]],[[5,6]]],"w":[[3,4],[7,8]]}}"#)
    #expect(columns["value"]?.text == "[11,83]")
  }

  @Test func `an index that an axis does not have fails only its own point`() throws {
    let source = #""source":"f(x: [3], i: i64[2]) = sum(take(x, i)^2)","want":["value","gradient"]"#
    let answer = try answer(
      #"{\#(source),"at":[{"x":[1,2,3],"i":[1,1]},{"x":[1,2,3],"i":[0,3]},{"x":[1,2,3],"i":[0,-3]}]}"#)
    #expect(answer["error"] == nil)
    let values = try #require(answer["value"]?.array)
    #expect(values.map { $0["error"] == nil } == [true, false, true])
    #expect(values[0].text == "8" && values[2].text == "2")
    let error = try #require(values[1]["error"])
    #expect(error["id"]?.string == "index.range")
    #expect(error["message"]?.string == "the index 3 is outside an axis of 3 (axis 0)")
    #expect(error["line"]?.text == "1")
    let gradients = try #require(answer["gradient"]?.array)
    #expect(gradients[0]["x"]?.text == "[0,8,0]" && gradients[2]["x"]?.text == "[4,0,0]")
    #expect(gradients[1]["error"]?["id"]?.string == "index.range")
    let columns = try self.answer(#"{\#(source),"columns":{"x":[[1,2,3],[1,2,3]],"i":[[0,1],[5,0]]}}"#)
    #expect(columns["error"]?["id"]?.string == "index.range")
  }

  @Test func `a size has its default, what the point says, or what the request says`() throws {
    let source = #""source":"f(x: [n], k: size = 2) = sum(x)*k""#
    #expect(try answer(#"{\#(source),"at":{"x":[1,2]}}"#)["value"]?.text == "[6]")
    #expect(try answer(#"{\#(source),"at":{"x":[1,2],"k":3}}"#)["value"]?.text == "[9]")
    #expect(try answer(#"{\#(source),"at":{"x":[1,2]},"sizes":{"k":4}}"#)["value"]?.text == "[12]")
  }

  @Test func `several results come by name`() throws {
    let answer = try answer(
      #"{"source":"f(r, t) = (r*cos(t), r*sin(t))","want":["value","jacobian"],"at":{"r":2,"t":0}}"#)
    #expect(answer["value"]?.text == #"[{"0":2,"1":0}]"#)
    #expect(answer["jacobian"]?.text == #"[{"0":{"r":1,"t":-0},"1":{"r":0,"t":2}}]"#)
  }

  @Test func `texts`() throws {
    let answer = try answer(
      #"{"source":"f(a,b,c) = 3*(a + b*c)","want":["derivatives","latex","operations","dot","c","graph"]}"#)
    #expect(answer["derivatives"]?.text == #"{"a":"3","b":"3*c","c":"3*b"}"#)
    #expect(answer["operations"]?["value"]?.integer == 3)
    #expect(answer["operations"]?["gradient"]?.integer == 5)
    #expect(answer["dot"]?.string?.hasPrefix("digraph") == true)
    #expect(answer["graph"]?.string?.contains("multiply") == true)
  }

  @Test func `texts and counts of several results`() throws {
    let answer = try answer(
      #"{"source":"f(x, y) = (x*y, x + y)","want":["derivatives","operations","latex"],"wrt":["x"]}"#)
    #expect(answer["derivatives"]?.text == #"{"0":{"x":"y"},"1":{"x":"1"}}"#)
    #expect(answer["operations"]?["value"]?.integer == 2)
    #expect(answer["latex"]?["derivatives"]?.text == #"{"0":{"x":"y"},"1":{"x":"1"}}"#)
  }

  @Test func `a part of a vector that nothing asks for is an error`() throws {
    let answer = try answer(
      #"{"source":"f(x) = x^2","want":["jvp"],"at":{"x":1},"vector":{"x":1,"z":3}}"#)
    #expect(answer["jvp"]?.array?.first?["error"]?["id"]?.string == "request.unknown-parameter")
  }

  @Test func `non-finite numbers are strings, in and out`() throws {
    let answer = try answer(
      #"{"source":"f(x,y) = x/y","at":[{"x":1,"y":0},{"x":-1,"y":0},{"x":0,"y":0},{"x":"inf","y":1},{"x":"nan","y":1}]}"#
    )
    #expect(answer["value"]?.text == #"["inf","-inf","nan","inf","nan"]"#)
  }

  @Test func `a point that fails fails alone`() throws {
    let answer = try answer(#"{"source":"f(x) = x^2","at":[{"x":2},{},{"x":"three"},{"x":3,"z":1},{"x":4}]}"#)
    let entries = try #require(answer["value"]?.array)
    #expect(
      entries.map { $0["error"]?["id"]?.string } == [
        nil, "request.missing-value", "data.type", "request.unknown-parameter", nil,
      ])
    #expect(entries[0].text == "4")
    #expect(entries[4].text == "16")
  }

  @Test func `columns`() throws {
    let answer = try answer(
      #"{"source":"f(x,y=3) = x*y","want":["value","gradient"],"columns":{"x":[1,2,4]}}"#)
    #expect(answer["value"]?.text == "[3,6,12]")
    #expect(answer["gradient"]?.text == #"{"x":[3,3,3],"y":[1,2,4]}"#)
  }

  @Test(arguments: [
    (#"{"source":"f(x)=x","want":["value"]}"#, "request.no-point"),
    (#"{"source":"f(x)=x","want":["valu"]}"#, "request.unknown-field"),
    (#"{"source":"f(x)=x","wants":["value"]}"#, "request.unknown-field"),
    (#"{"want":["value"],"at":{}}"#, "request.no-source"),
    (#"{"source":3,"at":{}}"#, "request.type"),
    (#"[1]"#, "request.not-an-object"),
    (#"{"source":"f(x)=x","at":{"x":1},"wrt":["y"],"want":["gradient"]}"#, "derivative.unknown-parameter"),
    (#"{"source":"f(x)=(x,x)","at":{"x":1},"want":["gradient"]}"#, "derivative.not-scalar"),
    (#"{"source":"f(x)=x","at":{"x":1},"want":["jvp"]}"#, "request.no-vector"),
    (#"{"source":"f(x)=x","at":{"x":1},"order":0,"want":["gradient"]}"#, "request.type"),
  ])
  func `errors have ids`(_ request: String, _ id: String) throws {
    #expect(try answer(request)["error"]?["id"]?.string == id)
  }

  @Test func `errors of the source have a place`() throws {
    let answer = try answer(#"{"id":7,"source":"f(α) = 1 +\n  sine(α)","at":{"α":1}}"#)
    #expect(answer["id"]?.integer == 7)
    #expect(answer["error"]?["line"]?.integer == 2)
    #expect(answer["error"]?["column"]?.integer == 3)
    #expect(answer["error"]?["fix"]?["replacement"]?.string == "sin")
  }

  @Test func `element types`() throws {
    let answer = try answer(#"{"source":"f(x) = x","dtype":"f32","at":{"x":0.1}}"#)
    #expect(answer["value"]?.text == "[0.1]")
    let integers = try self.answer(#"{"source":"f(n: i64) = n + 1","at":{"n":9007199254740993}}"#)
    #expect(integers["value"]?.text == "[9007199254740994]")
  }
}
