// The types that the library's own calls take and return, so that `import Nabla` is enough.
@_exported import NablaData
@_exported import NablaDatasets
@_exported import NablaDiagnostics
@_exported import NablaGraph
@_exported import NablaLanguage
@_exported import NablaOptimization
@_exported import NablaRuntime
@_exported import NablaCalculus
@_exported import NablaCompiler
@_exported import NablaDrawing
