import NablaData
import NablaGraph
import NablaRuntime

/// One column of a data set: an array of the same shape for every example.
public struct DatasetColumn: Sendable {
  public var name: String
  /// The extents of one example, as it is gathered.
  public internal(set) var shape: [Int]
  /// How the numbers are stored.
  public let stored: StoredElement.Kind
  /// What the numbers say, where they say which class an example belongs to.
  public internal(set) var classes: Classes?
  /// What becomes of the stored numbers.
  var encoding: Encoding = .plain

  /// The stored examples, not those of a set.
  let count: Int
  let storage: ByteStorage
  /// Numbers from one example to the next, and of one example; windows overlap.
  let step: Int
  let width: Int
  /// How many numbers side by side are of different kinds, and are normalised each by itself: those of a row, and 1 for
  /// the pixels of a picture.
  var featureCount: Int
  /// What the numbers of a row are called; empty where they have only places.
  public internal(set) var featureNames: [String] = []
  /// The file that the numbers are of, if they are of one.
  public internal(set) var origin: String?

  /// Classes, by their numbers.
  public struct Classes: Hashable, Sendable {
    public let count: Int
    /// What the classes are called; empty where they have only numbers.
    public let names: [String]
    /// What of a text they are numbers of: the second one stands for all that have none.
    public private(set) var unit: TextUnit?

    public init(count: Int) {
      self.count = count
      names = []
    }

    public init(names: [String]) {
      count = names.count
      self.names = names
    }

    /// The numbers of words.
    init(vocabulary names: [String], of unit: TextUnit) {
      self.init(names: names)
      self.unit = unit
    }

    public func name(_ index: Int) -> String { names.indices.contains(index) ? names[index] : "\(index)" }
  }

  enum Encoding: Hashable, Sendable {
    case plain
    case affine(AffineEncoding)
    /// A vector that is 1 at the number and 0 elsewhere.
    case oneHot(Int)
  }

  /// Numbers that lie in row-major order, in this machine's order of bytes.
  ///
  /// - Parameters:
  ///   - shape: of one example.
  ///   - count: how many examples there are.
  ///   - step: numbers from the beginning of one example to that of the next; without it, as many as one has.
  /// - Precondition: the storage has as many numbers.
  public init(
    _ name: String, _ storage: ByteStorage, _ stored: StoredElement.Kind, shape: [Int], count: Int, step: Int? = nil,
    classes: Classes? = nil
  ) {
    self.name = name
    self.storage = storage
    self.stored = stored
    self.shape = shape
    self.count = count
    self.classes = classes
    width = Tensor.elementCount(of: shape) ?? 0
    featureCount = shape.count == 1 ? width : 1
    self.step = step ?? width
    let needed = count == 0 ? 0 : (count - 1) * self.step + width
    precondition(needed * stored.size <= storage.bytes.count, "as many numbers as the examples have")
  }

  /// An array whose first axis counts the examples.
  ///
  /// - Precondition: the array has an axis.
  public init(_ name: String, _ tensor: Tensor, classes: Classes? = nil) {
    precondition(tensor.rank > 0, "an axis for the examples")
    self.init(
      name, ByteStorage(tensor.column), StoredElement(tensor.element).kind, shape: Array(tensor.shape.dropFirst()),
      count: tensor.shape[0], classes: classes)
  }

  /// Numbers of one example, as it is gathered.
  public var elementCount: Int { Tensor.elementCount(of: shape) ?? 0 }

  /// The element type that holds the numbers as they are gathered: what a program takes that does not care.
  public var element: ElementType {
    switch encoding {
    case .plain: stored.element
    case .affine: stored == .float64 ? .f64 : .f32
    case .oneHot: .f32
    }
  }
}
