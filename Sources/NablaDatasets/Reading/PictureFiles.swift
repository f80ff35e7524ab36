import Foundation
import NablaData
import NablaDiagnostics
import NablaRuntime

/// Reads pictures: one file, or a folder with a folder of pictures for each class.
///
/// Names decide the order, of classes and of the pictures of a class, by their bytes; what begins with a dot does not
/// count. All pictures must have one size, unless a request says which.
struct PictureFiles {
  /// What the names of pictures end in.
  static let endings: Set = ["png", "pgm", "ppm", "pnm"]
  /// Pictures that a person might expect to be read.
  private static let others: Set = ["jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff"]

  private let options: DataOptions
  private var shape: [Int]?
  private var count = 0
  private var samples: GrowingBytes

  private init(_ options: DataOptions, expecting size: Int) throws(DatasetError) {
    self.options = options
    do {
      samples = try GrowingBytes(expecting: size)
    } catch {
      throw .data(error)
    }
  }

  /// - Returns: `x`, and `y` where there are classes.
  static func folder(_ path: String, _ options: DataOptions) throws(DatasetError) -> [DatasetColumn] {
    let members = try contents(path)
    let classes = members.filter { isFolder("\(path)/\($0)") }
    let own = try pictures(members, of: path)
    guard own.isEmpty || classes.isEmpty else {
      throw .unfit(column: "x", "'\(path)' has pictures beside folders: pictures of a class are in the class's folder")
    }
    var files = PictureFiles.files(path, own)
    var labels: [Int32] = []
    for (label, name) in classes.enumerated() {
      let folder = "\(path)/\(name)"
      let pictures = try pictures(try contents(folder), of: folder)
      if pictures.isEmpty { throw .empty(folder) }
      files += PictureFiles.files(folder, pictures)
      labels += Array(repeating: Int32(label), count: pictures.count)
    }
    guard !files.isEmpty else { throw .empty(path) }
    if let limit = options.limit, classes.isEmpty { files = Array(files.prefix(limit)) }
    var reader = try PictureFiles(options, expecting: files.count * 1024)
    for file in files { try reader.add(try SourceBytes(file)) }
    let x = reader.finished("x")
    guard !classes.isEmpty else { return [x] }
    return [x, DatasetColumn("y", Tensor(Column(labels)), classes: DatasetColumn.Classes(names: classes))]
  }

  /// One picture as one example.
  static func file(_ source: SourceBytes, name: String, _ options: DataOptions) throws(DatasetError) -> DatasetColumn {
    var reader = try PictureFiles(options, expecting: source.storage.bytes.count)
    try reader.add(source)
    return reader.finished(name)
  }

  // MARK: Folders

  private static func contents(_ path: String) throws(DatasetError) -> [String] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      return names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw .data(.file(path: path, reason: "\(SystemReason(error))"))
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func pictures(_ names: [String], of folder: String) throws(DatasetError) -> [String] {
    func ending(_ name: String) -> String { (name as NSString).pathExtension.lowercased() }
    if let other = names.first(where: { others.contains(ending($0)) }) {
      throw .data(
        .file(path: "\(folder)/\(other)", reason: "pictures are read from PNG, PGM and PPM files; convert this one"))
    }
    return names.filter { endings.contains(ending($0)) }
  }

  private static func files(_ folder: String, _ names: [String]) -> [String] { names.map { "\(folder)/\($0)" } }

  // MARK: Pictures

  private mutating func add(_ source: SourceBytes) throws(DatasetError) {
    let path = source.path
    let decoded = try reading(path) { () throws(DataError) in try Raster(decoding: source.storage.bytes) }
    guard var picture = decoded else {
      throw .data(.file(path: path, reason: "no PNG, PGM or PPM file: it begins with other bytes"))
    }
    switch options.colours {
    case .grey: picture = picture.grey
    case .coloured: picture = picture.coloured
    case .usual: break
    }
    if let size = options.resize {
      // What lies between is as high as the old picture, and as wide as the new one.
      guard picture.height <= Raster.pixelLimit / size[1] else {
        throw .data(.inFile(path: path, .tooLarge(shape: [picture.height, size[1]])))
      }
      picture = picture.resized(width: size[1], height: size[0])
    }
    let shape = shape ?? picture.shape
    guard picture.shape == shape else {
      let isOtherSize = picture.shape.count == shape.count
      let advice = isOtherSize ? "resize=28x28 makes one size" : "grey or colour makes them alike"
      throw .data(
        .inFile(
          path: path, .shape(path: "the picture", expected: "\(shape), as before (\(advice)),", found: picture.shape)))
    }
    self.shape = shape
    count += 1
    let result = picture.samples.withUnsafeBytes { samples in
      Result { () throws(DataError) in try self.samples.append(samples) }
    }
    if case .failure(let error) = result { throw .data(error) }
  }

  private func finished(_ name: String) -> DatasetColumn {
    DatasetColumn(name, samples.finished(), .unsigned8, shape: shape ?? [], count: count)
  }
}
