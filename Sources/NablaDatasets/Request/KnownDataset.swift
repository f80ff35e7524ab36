import Foundation

/// Sets that packages of Debian carry, by name.
public enum KnownDataset: String, CaseIterable, Hashable, Sendable {
  /// Pictures of clothes: 60,000 to train on and 10,000 for tests, 28 by 28 bytes each, 10 classes.
  ///
  /// - Source: H. Xiao, K. Rasul, R. Vollgraf, 2017, arXiv:1708.07747.
  case fashionMNIST = "fashion-mnist"

  /// Where the package puts it, or where the environment's `NABLA_DATASETS` says.
  public var folder: String {
    let root = ProcessInfo.processInfo.environment["NABLA_DATASETS"].flatMap { $0.isEmpty ? nil : $0 }
    return "\(root ?? "/usr/share/datasets")/fashion-mnist"
  }

  public static let fashionClasses = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// What it is trained on, and what it keeps for tests.
  func columns() throws(DatasetError) -> (training: [DatasetColumn], test: [DatasetColumn]) {
    let paths = ["train", "t10k"].flatMap { part in
      ["images-idx3", "labels-idx1"].map { "\(folder)/\(part)-\($0)-ubyte.gz" }
    }
    guard FileManager.default.fileExists(atPath: paths[0]) else {
      throw .notInstalled(
        name: rawValue, path: folder,
        advice: "install it with 'apt install dataset-fashion-mnist', or say by NABLA_DATASETS which folder has it")
    }
    let files = try SourceBytes.all(paths)
    return (try columns(images: files[0], labels: files[1]), try columns(images: files[2], labels: files[3]))
  }

  private func columns(images: SourceBytes, labels: SourceBytes) throws(DatasetError) -> [DatasetColumn] {
    let x = try ArrayFiles.idx(images, name: "x")
    var y = try ArrayFiles.idx(labels, name: "y")
    y = try Dataset([y]).withClasses("y", count: KnownDataset.fashionClasses.count).columns[0]
    y.classes = DatasetColumn.Classes(names: KnownDataset.fashionClasses)
    return [x, y]
  }
}
