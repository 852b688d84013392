// swift-tools-version: 6.1
import PackageDescription

// What `make sim` asks for: the build whose programs nobody installs.
let isSimulatorAlone = Context.environment["GRIDLINE_ONLY"] == "gridline-sim"

// Every target of ours: Swift 6 mode and warnings as errors. `unsafeFlags` is the only way to say the latter in tools 6.1;
// it bars the package from being a dependency of another one, which it is not meant to be.
// GRIDLINE_PLANTED compiles the self-test's planted bugs in (Tests/SelfTest): always in debug builds, which tests use; in a release
// build only where the self-test asks for it, in a build folder of its own.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .unsafeFlags(["-warnings-as-errors"]),
        .enableUpcomingFeature("ExistentialAny"),
        Context.environment["GRIDLINE_PLANTED"] == "1"
            ? .define("GRIDLINE_PLANTED") : .define("GRIDLINE_PLANTED", .when(configuration: .debug)),
        // Generic code of one module specialised in the next: values and identifiers are shared by all of them.
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
    ]
    // Of the release simulator alone: that nobody writes what somebody reads is checked at run time by every other build and test, and
    // every other one signs with Ed25519 only (decision 0050).
    + (isSimulatorAlone
        ? [
            .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
            .define("GRIDLINE_STAND_IN_SIGNATURES", .when(configuration: .release)),
        ] : [])

let quickMemory: [CSetting] =
    isSimulatorAlone
    ? [.define("GRIDLINE_QUICK_MEMORY", .when(configuration: .release))] : []

// For a program that nobody loads: with no names for others to find, and at a fixed address besides.
let hidesNames = ["-Xlinker", "--no-export-dynamic"]
let standsAlone = ["-Xclang-linker", "-no-pie"] + hidesNames

// As the released client is linked, and with archives where `make sim` found some (.ci/archives.sh). Calls of one library to itself and
// to others then need no table: 7 % of a schedule's time, with Swift's own archives.
let simulatorLinker: [LinkerSetting] =
    isSimulatorAlone
    ? [
        .unsafeFlags(
            standsAlone + ["-Xclang-linker", "-L\(Context.packageDirectory)/.build/archives"], .when(configuration: .release))
    ] : []

// What puts libcurl's archive and others into the release client, as .ci/libcurl-archive.sh says it (decisions 0049, 0051). Empty: the
// shared libraries.
let archive = (Context.environment["GRIDLINE_CURL"] ?? "").split(separator: " ")
let archiveFlags = archive.flatMap { word in
    // For the compiler that links, or for the linker itself.
    [word.hasPrefix("-L") || word.hasPrefix("-static") ? "-Xclang-linker" : "-Xlinker", String(word)]
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func library(
    _ name: String, in folder: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
    exclude: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)", exclude: exclude, resources: resources,
        swiftSettings: strict)
}

func suite(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

// The arrows between our modules. Tests/Tidy reads the imports and compares them with this file and Docs/modules.md.
var targets: [Target] = [
    // The contracts: SQL, wire, rules, profiles, with the prose beside each. Embedded, so that a binary needs no files.
    .target(
        name: "Schema", path: "Schema",
        exclude: [
            "README.md", "Changeset.md", "Replica/Replica.md", "Central/Central.md", "Wire/PROTOCOL.md", "Wire/sync.proto",
            "Rules/states.md",
        ],
        resources: [
            .embedInCode("Replica/replica_0001.sql"), .embedInCode("Replica/replica_0002.sql"),
            .embedInCode("Replica/replica_0003.sql"), .embedInCode("Replica/replica_0004.sql"),
            .embedInCode("Replica/replica_0005.sql"), .embedInCode("Central/central_0005.sql"),
            .embedInCode("Replica/replica_0006.sql"), .embedInCode("Central/central_0006.sql"),
            .embedInCode("Replica/replica_0007.sql"), .embedInCode("Central/central_0007.sql"),
            .embedInCode("Replica/replica_0008.sql"), .embedInCode("Central/central_0008.sql"),
            .embedInCode("Replica/replica_0009.sql"), .embedInCode("Central/central_0009.sql"),
            .embedInCode("Central/central_0001.sql"), .embedInCode("Central/central_0002.sql"),
            .embedInCode("Central/central_0003.sql"), .embedInCode("Central/central_0004.sql"),
            .embedInCode("Rules/edges.csv"), .embedInCode("Rules/rights.csv"), .embedInCode("Rules/matrix.csv"),
            .embedInCode("Rules/columns.csv"), .embedInCode("Rules/reasons.csv"),
            .embedInCode("Profiles/beijing.yaml"), .embedInCode("Profiles/guangzhou.yaml"), .embedInCode("Profiles/haikou.yaml"),
            .embedInCode("Profiles/hotan.yaml"), .embedInCode("Profiles/weifang.yaml"), .embedInCode("Profiles/zunyi.yaml"),
            .embedInCode("Reference/taxonomy.csv"), .embedInCode("Reference/calendar.csv"),
        ],
        swiftSettings: strict),

    // Shared, pure first.
    library("Changeset", in: "Sources"),
    library("Tickets", in: "Sources", ["Changeset", "Schema"]),
    library("SyncProtocol", in: "Sources", ["Changeset", "Tickets", "CZstd", crypto, protobuf]),
    library("Screen", in: "Sources", ["SyncProtocol", "Tickets"]),
    // A shim with sources of its own: it switches on the session extension before <sqlite3.h> is read.
    .target(name: "CSQLite", path: "Sources/CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    // Variadic `curl_easy_setopt` cannot be called from Swift, and libcurl is loaded at the first network command.
    .target(
        name: "CCurl", path: "Sources/CCurl", cSettings: archive.isEmpty ? [] : [.define("CCURL_LINKED")],
        linkerSettings: archive.isEmpty ? [] : [.unsafeFlags(archiveFlags)]),
    .systemLibrary(name: "CZstd", path: "Sources/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

    // Client only.
    library("ReplicaStore", in: "Client", ["Changeset", "Tickets", "SyncProtocol", "Schema", "CSQLite", grdb]),
    library("SyncClient", in: "Client", ["ReplicaStore", "SyncProtocol", "Tickets"]),
    library("CurlTransport", in: "Client", ["SyncClient", "CCurl"]),
    .executableTarget(
        name: "gridline",
        dependencies: [
            "ReplicaStore", "SyncClient", "CurlTransport", "Tickets", "SyncProtocol", "Schema", "Changeset", "Screen", arguments,
        ],
        path: "Client/gridline", swiftSettings: strict,
        // At a fixed address: a hundred thousand relocations at every start cost a third of all page faults (decision 0010).
        // And with no names for others to find: nobody loads the program, and 22,000 of them cost a tenth of a start.
        linkerSettings: [
            .unsafeFlags(standsAlone, .when(configuration: .release))
        ]),

    // Server only.
    library("CentralStore", in: "Server", ["Changeset", "Tickets", "SyncProtocol"]),
    library(
        "CentralStoreSQLite", in: "Server", ["CentralStore", "Changeset", "Tickets", "SyncProtocol", "Schema", "CSQLite", grdb]),
    library("SyncService", in: "Server", ["CentralStore", "Changeset", "Tickets", "SyncProtocol"]),
    // swift-log alone: the figures and the lines of a running server.
    library("Telemetry", in: "Server", ["SyncService", "CentralStore", "Tickets", logging]),
    library("Queue", in: "Server", ["CentralStore", "SyncService", "Tickets", "SyncProtocol", "Schema", yams]),
    library(
        "SyncHTTP", in: "Server",
        ["Telemetry", "SyncService", "SyncProtocol", "CentralStore", "Tickets", hummingbird, hummingbirdTLS, logging]),
    .executableTarget(
        name: "gridline-server",
        dependencies: [
            "SyncHTTP", "Telemetry", "SyncService", "Queue", "CentralStore", "CentralStoreSQLite", "Tickets", "SyncProtocol",
            "Schema", "Screen", arguments, logging, hummingbird, lifecycle, yams,
        ],
        path: "Server/gridline-server", swiftSettings: strict,
        // No names for others to find: nobody loads the program, and every library that is loaded looked through 56,000 of them.
        linkerSettings: [.unsafeFlags(hidesNames, .when(configuration: .release))]),

    // Proof. One suite per module, then the ones that cross modules.
    suite("ChangesetTests", ["Changeset", "CSQLite"]),
    suite("TicketsTests", ["Tickets", "Changeset", "Schema", "Model"]),
    suite("SyncProtocolTests", ["SyncProtocol", "Tickets", "Changeset", crypto]),
    suite("ReplicaStoreTests", ["ReplicaStore", "Tickets", "SyncProtocol", "Changeset", "Schema", "Harness", grdb]),
    suite("SyncClientTests", ["SyncClient", "ReplicaStore", "SyncProtocol", "Tickets"]),
    suite("CurlTransportTests", ["CurlTransport", "SyncClient"]),
    suite(
        "CentralStoreTests",
        ["CentralStore", "CentralStoreSQLite", "CrashFiles", "CSQLite", "Tickets", "SyncProtocol", "Changeset", grdb]),
    suite(
        "SyncServiceTests", ["SyncService", "CentralStore", "CentralStoreSQLite", "Tickets", "SyncProtocol", "Changeset", crypto]),
    suite("TelemetryTests", ["Telemetry", "SyncService", "CentralStore", "CentralStoreSQLite", "Tickets", "SyncProtocol"]),
    suite(
        "SyncHTTPTests",
        [
            "SyncHTTP", "Telemetry", "SyncService", "CentralStore", "CentralStoreSQLite", "Tickets", "SyncProtocol",
            hummingbirdTesting,
        ]),
    suite("QueueTests", ["Queue", "SyncService", "CentralStore", "CentralStoreSQLite", "Tickets", "SyncProtocol", "Schema"]),
    suite("GridlineTests", ["gridline", "Screen", "ReplicaStore", "SyncClient", "SyncProtocol", "Tickets", "Changeset"]),
    // Device and centre in one process, no socket.
]
targets += [
    .target(
        name: "Fixture",
        dependencies: [
            "Harness", "ReplicaStore", "SyncClient", "SyncService", "CentralStore", "CentralStoreSQLite", "Tickets",
            "SyncProtocol",
            "Changeset",
            grdb, crypto,
        ],
        path: "Tests/Fixture", swiftSettings: strict),
    suite(
        "Interleavings",
        [
            "Fixture", "CityCost", "ReplicaStore", "SyncClient", "SyncService", "CentralStore", "CentralStoreSQLite", "Tickets",
            "SyncProtocol", "Changeset", "Schema", grdb,
        ]),
    suite("Simulation", ["Simulator", "Tickets", "Changeset"]),
    // The rules a second time, from the prose alone: it imports nothing of ours, and the simulator compares.
    .target(name: "Model", path: "Tests/Model", swiftSettings: strict),
    suite("ModelTests", ["Model"]),
    // The simulator: device and centre in one process, files in memory that lose what was not synced.
    .target(name: "CrashFiles", path: "Tests/CrashFiles", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
        name: "Simulator",
        dependencies: [
            "CrashFiles", "CSQLite", "Fixture", "Harness", "ReplicaStore", "SyncClient", "SyncService", "CentralStore",
            "CentralStoreSQLite", "Tickets", "SyncProtocol", "Changeset", "Model",
        ],
        path: "Tests/Simulator", swiftSettings: strict),
    // In place of the system's `malloc`, and only in the release build that plays schedules (decision 0050).
    .target(name: "QuickMemory", path: "Tests/QuickMemory", cSettings: quickMemory),
    .executableTarget(
        name: "gridline-sim", dependencies: ["Simulator", "QuickMemory"], path: "Tests/SimulatorProgram", swiftSettings: strict,
        linkerSettings: simulatorLinker),
    // The proof that the simulator sees: planted bugs, and cells of the rules turned over.
    .executableTarget(
        name: "gridline-selftest", dependencies: ["Simulator", "Tickets"], path: "Tests/SelfTest/Program", swiftSettings: strict),
    .testTarget(
        name: "SelfTestReplay", dependencies: ["Harness", "gridline-selftest"], path: "Tests/SelfTest/Replay",
        swiftSettings: strict),
    // Real programs, real files, real sockets: what drives them, the demo, and the suites.
    library("Harness", in: "Tests", ["CSQLite"]),
    .executableTarget(name: "gridline-demo", dependencies: ["Harness"], path: "Tests/Demo", swiftSettings: strict),
    // A whole city on real programs: the morning rush, and what stays the same whatever the city's size.
    .target(
        name: "CityLoad",
        dependencies: [
            "Harness", "Queue", "ReplicaStore", "SyncClient", "CurlTransport", "Tickets", "SyncProtocol", "Changeset",
        ],
        path: "Tests/Benchmarks/City/Load", swiftSettings: strict),
    .target(
        name: "CityCost",
        dependencies: [
            "Fixture", "Harness", "ReplicaStore", "SyncService", "CentralStore", "CentralStoreSQLite", "Tickets", "SyncProtocol",
            "Changeset",
        ],
        path: "Tests/Benchmarks/City/Cost", swiftSettings: strict),
    .executableTarget(
        name: "gridline-bench-city", dependencies: ["CityLoad", "CityCost", "Harness", arguments],
        path: "Tests/Benchmarks/City/Program", swiftSettings: strict),
    suite("BlackBox", ["Harness", "CityLoad", "gridline", "gridline-server", "gridline-demo"]),
    suite("Tidy", []),
    // What `make fuzz` tries, and the suite that replays its corpus in the ordinary build.
    .target(
        name: "FuzzEntry", dependencies: ["SyncService", "CentralStore", "SyncProtocol", "Tickets", "Changeset", "CSQLite"],
        path: "Tests/Fuzz/Entry", swiftSettings: strict),
    .testTarget(name: "FuzzReplay", dependencies: ["FuzzEntry"], path: "Tests/Fuzz/Replay", swiftSettings: strict),
]

// Its `main` is libFuzzer's, which only a build with --sanitize=fuzzer has: it exists when it is asked for by name.
if let only = Context.environment["GRIDLINE_ONLY"], only.split(separator: ",").contains("gridline-fuzz") {
    targets.append(
        .executableTarget(
            name: "gridline-fuzz", dependencies: ["FuzzEntry"], path: "Tests/Fuzz/Program",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}

// GRIDLINE_ONLY=ChangesetTests,Tidy cuts the package down to what these suites or programs need: the fast tiers then build
// without Hummingbird. It is read by the Makefile's tiers; unset means everything.
if let only = Context.environment["GRIDLINE_ONLY"], !only.isEmpty {
    var wanted = Set(only.split(separator: ",").map(String.init))
    var grew = true
    while grew {
        let before = wanted.count
        for target in targets where wanted.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
        }
        grew = wanted.count > before
    }
    targets.removeAll { !wanted.contains($0.name) }
}

let package = Package(
    name: "gridline",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: targets
)
