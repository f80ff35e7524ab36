/// The regions in which a function of two variables decides for a class, with the examples on it: gates, classifiers.
public struct RegionPlot: Plot {
  public var title: String
  public var x: Axis
  public var y: Axis
  public var grid: ValueGrid
  /// Between two of these values lies one region; below the first is class 0.
  public var thresholds: [Double]
  /// What the regions are called, from the lowest on.
  public var names: [String]
  public var points: [PlotPoints]

  public init(
    _ grid: ValueGrid, thresholds: [Double] = [0.5], names: [String], x: Axis = Axis(), y: Axis = Axis(),
    points: [PlotPoints] = [], title: String = ""
  ) {
    self.grid = grid
    self.thresholds = thresholds.sorted()
    self.names = names
    self.x = x
    self.y = y
    self.points = points
    self.title = title
  }

  public var preferredSize: (width: Double, height: Double) { (340, 350) }

  public func draw(in area: PlotRectangle, on canvas: inout Canvas) {
    let patches = names.enumerated().map { index, name in
      Legend.Entry(name: name) { canvas, at in
        canvas.rectangle(
          PlotRectangle(x: at.x - 9, y: at.y - 5, width: 18, height: 10), fill: PlotStyle.region(index),
          stroke: Stroke(PlotStyle.axis, width: 0.8))
      }
    }
    let frame = Frame(
      in: area, x: Scale(x, grid.x), y: Scale(y, grid.y), x, y, legend: patches + Legend.entries(points),
      proportion: 1)
    // The edge between whole numbers has the steps of the grid, which say nothing.
    let isStepped = grid.values.allSatisfy { !$0.isFinite || $0 == $0.rounded() }
    let tolerance = isStepped ? 0.9 : 0.08
    canvas.group("regions") { canvas in
      canvas.rectangle(frame.area, fill: PlotStyle.region(0))
      for (index, threshold) in thresholds.enumerated() {
        // A class by itself: with more than two, what lies between others must not show at their border.
        let next = index + 1 < thresholds.count ? thresholds[index + 1] : .infinity
        let isLast = thresholds.count == 1
        let part = isLast ? grid : grid.map { $0 >= threshold && $0 < next ? 1 : 0 }
        let polygons = MarchingSquares(closing: part).lines(at: isLast ? threshold : 0.5)
        canvas.polygons(
          polygons.map { Polyline.simplify($0.map(frame.place), tolerance: tolerance) },
          fill: PlotStyle.region(index + 1))
      }
    }
    canvas.group("boundaries") { canvas in
      for threshold in thresholds {
        let part = thresholds.count == 1 ? grid : grid.map { $0 >= threshold ? 1 : 0 }
        let lines = MarchingSquares(part).lines(at: thresholds.count == 1 ? threshold : 0.5)
        canvas.lines(
          lines.map { Polyline.simplify($0.map(frame.place), tolerance: tolerance) }, Stroke(PlotStyle.text, width: 1.3)
        )
      }
    }
    canvas.points(points, in: frame)
    frame.drawAxes(on: &canvas, box: true)
  }
}
