/// The way of an optimizer, or of any other walk, over a plot of two variables.
public struct PlotPath: Hashable, Sendable {
  public var name: String
  public var points: [PlotPoint]

  public init(_ name: String, _ points: [PlotPoint]) {
    self.name = name
    self.points = points
  }
}

/// Points that belong together, such as the examples of one class.
public struct PlotPoints: Hashable, Sendable {
  public var name: String
  public var points: [PlotPoint]

  public init(_ name: String, _ points: [PlotPoint]) {
    self.name = name
    self.points = points
  }
}

extension Canvas {
  /// Paths with their steps, from an open circle to a star.
  mutating func paths(_ paths: [PlotPath], in frame: Frame) {
    for (index, path) in paths.enumerated() {
      let stroke = Stroke(PlotStyle.color(index + 1), width: 1.6, dash: PlotStyle.dash(index))
      let places = path.points.map(frame.place)
      group("path") { canvas in
        canvas.lines(Polyline.clip(places, to: frame.area).map { Polyline.simplify($0) }, stroke)
        // Steps that cannot be told apart would only hide the line.
        var last: PlotPoint?
        for place in places.dropLast() where place.isFinite && frame.area.contains(place) {
          if let last, last.distance(to: place) < 7 { continue }
          canvas.marker(.number(index), at: place, radius: 2.6, stroke.color)
          last = place
        }
        if let start = places.first, frame.area.contains(start) {
          canvas.circle(start, radius: 4.4, fill: .white, stroke: Stroke(.black, width: 1.3))
        }
        if let end = places.last, places.count > 1, frame.area.contains(end) { canvas.star(at: end, stroke.color) }
      }
    }
  }

  private mutating func star(at center: PlotPoint, _ color: Color) {
    // The tips of a pentagram, and its inner corners; cos and sin of multiples of 36°.
    let directions = [
      (0.0, -1.0), (0.5878, -0.809), (0.9511, -0.309), (0.9511, 0.309), (0.5878, 0.809), (0, 1), (-0.5878, 0.809),
      (-0.9511, 0.309), (-0.9511, -0.309), (-0.5878, -0.809),
    ]
    let corners = directions.enumerated().map { index, direction in
      let radius = index % 2 == 0 ? 6.5 : 2.7
      return PlotPoint(center.x + radius * direction.0, center.y + radius * direction.1)
    }
    polygons([corners], fill: color, stroke: Stroke(.white, width: 0.8))
  }

  /// Points by class, each with its own shape.
  mutating func points(_ classes: [PlotPoints], in frame: Frame) {
    for (index, part) in classes.enumerated() {
      group("points") { canvas in
        for place in part.points.map(frame.place) where place.isFinite && frame.area.contains(place) {
          canvas.marker(.number(index), at: place, radius: 4.6, PlotStyle.color(index))
        }
      }
    }
  }
}

extension Legend {
  static func entries(_ paths: [PlotPath]) -> [Entry] {
    paths.enumerated().map { index, path in
      let stroke = Stroke(PlotStyle.color(index + 1), width: 1.6, dash: PlotStyle.dash(index))
      return Entry(name: path.name) { canvas, at in
        canvas.line([PlotPoint(at.x - 13, at.y), PlotPoint(at.x + 13, at.y)], stroke)
        canvas.marker(.number(index), at: at, radius: 2.6, stroke.color)
      }
    }
  }

  static func entries(_ points: [PlotPoints]) -> [Entry] {
    points.enumerated().map { index, part in
      Entry(name: part.name) { canvas, at in
        canvas.marker(.number(index), at: at, radius: 4.6, PlotStyle.color(index))
      }
    }
  }
}
