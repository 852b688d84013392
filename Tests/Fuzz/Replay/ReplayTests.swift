import Foundation
import FuzzEntry
import Testing

/// The corpus of `make fuzz` through the same functions, in the ordinary build: what once was found stays mended.
@Suite struct `The fuzzing corpus` {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Corpus")

    private static func files(_ target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appendingPathComponent(target.rawValue), includingPropertiesForKeys: nil
        ).sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    @Test(arguments: FuzzTarget.allCases) func `every input is refused or comes out as it went in`(target: FuzzTarget) throws {
        let files = try Self.files(target)
        #expect(files.count >= 5, "the corpus of \(target) is missing")
        for file in files {
            let bytes = try [UInt8](Data(contentsOf: file))
            #expect(target.fault(in: bytes) == nil, "\(target.rawValue)/\(file.lastPathComponent)")
        }
    }

    @Test(arguments: FuzzTarget.allCases) func `an input cut or changed in any one byte is no fault either`(target: FuzzTarget)
        throws
    {
        for file in try Self.files(target).prefix(12) {
            let bytes = try [UInt8](Data(contentsOf: file))
            guard bytes.count <= 1_200 else { continue }
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0x81
                for input in [Array(bytes[..<index]), changed] {
                    #expect(target.fault(in: input) == nil, "\(target.rawValue)/\(file.lastPathComponent), byte \(index)")
                }
            }
        }
    }

    @Test func `each target has its folder, and no folder is without a target`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(folders) == Set(FuzzTarget.allCases.map(\.rawValue)))
    }
}
