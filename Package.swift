// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target of ours: Swift 6 language mode, warnings are errors.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library module of ours. The list below is in dependency order: a module names only modules above it.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of a module, in `Tests/<module>Tests`, with what they share.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, resources: resources,
    swiftSettings: strict)
}

let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "nabla",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Nabla", targets: ["Nabla"]),
    .library(name: "NablaPlots", targets: ["NablaPlots"]),
    .library(name: "NablaNetworks", targets: ["NablaNetworks"]),
    .library(name: "NablaGraphviz", targets: ["NablaGraphviz"]),
    .executable(name: "nabla", targets: ["NablaMain"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
  ],
  targets: [
    .target(name: "CNablaBuild"),
    .target(name: "CNablaMath"),
    .target(name: "CNablaPool"),
    module("NablaDiagnostics"),
    module("NablaGraph", ["NablaDiagnostics", "CNablaMath", bigInt]),
    module("NablaRewrite", ["NablaGraph", bigInt]),
    module("NablaCalculus", ["NablaGraph", "NablaRewrite"]),
    module(
      "NablaLanguage", ["NablaDiagnostics", "NablaGraph", "NablaRewrite", "NablaCalculus", bigInt],
      resources: [
        "statistics", "arrays", "activations", "losses", "metrics", "convolutions", "chance", "initialisers", "layers",
        "normalisation", "recurrent", "attention", "penalties", "optimizers", "schedules",
      ].map { .embedInCode("Library/\($0).nabla") }),
    module("NablaRuntime", ["NablaDiagnostics", "NablaGraph", "CNablaMath", "CNablaPool"]),
    module("NablaData", ["NablaDiagnostics", "NablaGraph", "NablaRuntime"]),
    module("NablaDatasets", ["NablaDiagnostics", "NablaGraph", "NablaRuntime", "NablaData"]),
    module("NablaOptimization"),
    module("NablaPlots"),
    module(
      "NablaCompiler",
      ["NablaDiagnostics", "NablaGraph", "NablaRewrite", "NablaRuntime", "CNablaBuild", "CNablaMath", "CNablaPool"]),
    module(
      "NablaDrawing",
      ["NablaDiagnostics", "NablaGraph", "NablaRewrite", "NablaCalculus", "NablaLanguage", "NablaRuntime"]),
    .systemLibrary(
      name: "CGraphviz", pkgConfig: "libgvc", providers: [.apt(["libgraphviz-dev"]), .brew(["graphviz"])]),
    module("NablaGraphviz", ["CGraphviz"]),
    module(
      "Nabla",
      [
        "NablaDiagnostics", "NablaGraph", "NablaRewrite", "NablaCalculus", "NablaLanguage", "NablaRuntime",
        "NablaData", "NablaDatasets", "NablaOptimization", "NablaCompiler", "NablaDrawing",
      ]),
    module(
      "NablaNetworks",
      [
        "Nabla", "NablaDiagnostics", "NablaGraph", "NablaLanguage", "NablaRuntime", "NablaData", "NablaDatasets",
        "NablaCompiler", "NablaPlots",
      ]),
    module("NablaCommands", ["Nabla", "NablaNetworks", "NablaGraphviz", "NablaPlots", argumentParser]),
    // Not named `nabla`: file systems that ignore case could not tell it from the library.
    .executableTarget(name: "NablaMain", dependencies: ["NablaCommands"], swiftSettings: strict),
    .executableTarget(
      name: "NewtonMethod", dependencies: ["Nabla"], path: "examples/NewtonMethod", swiftSettings: strict),
    // What the tests of several modules use; nothing but tests depends on it.
    .target(
      name: "TestSupport", dependencies: ["NablaGraph"], path: "Tests/Support", resources: [.copy("Corpora/Data")],
      swiftSettings: strict),
    tests("CNablaMath", resources: [.copy("Data")]),
    tests("NablaDiagnostics"),
    tests("NablaGraph", resources: [.copy("Fixtures")]),
    tests("NablaRewrite", ["NablaGraph", "NablaCalculus", bigInt]),
    tests("NablaCalculus", ["NablaRuntime"]),
    // Fuzzing goes all the way to the interpreter.
    tests("NablaLanguage", ["Nabla"], resources: [.copy("Data")]),
    tests("NablaRuntime"),
    tests("NablaData", resources: [.copy("Fixtures")]),
    tests("NablaDatasets", ["NablaData", "NablaDiagnostics", "NablaGraph", "NablaRuntime"]),
    tests("NablaOptimization", ["Nabla"], resources: [.copy("Fixtures")]),
    tests("NablaPlots"),
    tests("NablaCompiler"),
    tests("NablaDrawing", resources: [.copy("Golden")]),
    tests("NablaGraphviz"),
    tests("NablaNetworks", resources: [.copy("Data")]),
    tests("Nabla", resources: [.copy("Printing/Golden")]),
    // The examples run the command.
    tests("NablaCommands", ["Nabla", "NablaMain", "NewtonMethod"], resources: [.copy("CommandLine/Options.txt")]),
  ]
)
