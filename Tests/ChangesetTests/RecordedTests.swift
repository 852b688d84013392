import Changeset
import Testing

/// The seed of every recorded run. Change it here to try another; every test prints it when it fails.
let recordedSeed: UInt64 = 12_345

@Suite struct RecordedTests {
    @Test func `10,000 recorded changesets: read, written, inverted and applied as libsqlite3 does`() throws {
        var recorder = try Recorder(seed: recordedSeed)
        var coverage = Coverage()
        var (bytesTotal, changesTotal, readWorst) = (0, 0, 0.0)
        for index in 0..<10_000 {
            let (bytes, kinds) = try recorder.next()
            let note = Comment(rawValue: "changeset \(index) of seed \(recordedSeed)")
            var readCount = 0
            let changeset = try Changeset(parsing: bytes[...], limits: .default, readCount: &readCount)
            let told = try Database.changes(of: bytes)
            try #require(changeset.changes == told, note)
            try #require(changeset.serialized() == bytes, note)

            let inverse = changeset.inverted()
            let theirInverse = try Database.inverted(bytes)
            try #require(inverse.serialized() == theirInverse, note)
            try #require(inverse.inverted() == changeset, note)

            let after = try recorder.snapshot(kinds)
            try recorder.database.apply(inverse.serialized())
            let before = try recorder.snapshot(kinds)
            try #require(before != after, note)
            try recorder.database.apply(changeset.serialized())
            let again = try recorder.snapshot(kinds)
            try #require(again == after, note)

            changeset.changes.forEach { coverage.add($0) }
            bytesTotal += bytes.count
            changesTotal += changeset.changes.count
            readWorst = max(readWorst, Double(readCount) / Double(bytes.count))
        }
        print(coverage.table)
        print(
            "seed \(recordedSeed): 10000 changesets, \(changesTotal) changes, \(bytesTotal) bytes; at most \(readWorst) reads per byte"
        )
        #expect(coverage.empty.isEmpty, "cells without a change, seed \(recordedSeed)")
        #expect(readWorst <= 2)
    }

    @Test func `of 1,000 of them every cut is whole records or truncated at the part it cuts`() throws {
        var recorder = try Recorder(seed: recordedSeed)
        var (chosen, cuts, boundaries, bytesMax, readWorst) = (0, 0, 0, 0, 0.0)
        var waiting = 0
        for index in 0..<10_000 {
            let (bytes, _) = try recorder.next()
            // Every tenth; one of more than 2 KB gives its turn to the next.
            if index % 10 == 0 { waiting += 1 }
            guard waiting > 0, bytes.count <= 2_048 else { continue }
            waiting -= 1
            let cut = try cutEverywhere(bytes, note: Comment(rawValue: "changeset \(index) of seed \(recordedSeed)"))
            chosen += 1
            cuts += bytes.count
            boundaries += cut.boundaries
            bytesMax = max(bytesMax, bytes.count)
            readWorst = max(readWorst, cut.readWorst)
        }
        print(
            "\(chosen) changesets of up to \(bytesMax) bytes, \(cuts) cuts, \(boundaries) of them on a boundary; at most \(readWorst) reads per byte"
        )
        #expect(chosen == 1_000)
        #expect(readWorst <= 2)
    }

    /// What a cut must give is told by the offsets of the whole changeset: a part begins at each header and each record.
    private func cutEverywhere(_ bytes: [UInt8], note: Comment) throws -> (boundaries: Int, readWorst: Double) {
        var reader = ChangesetReader(bytes)
        var parts: [(start: Int, changesBefore: Int, isBoundary: Bool)] = []
        var changes: [Change] = []
        var end = 0
        while let view = try reader.next() {
            if view.offsets.lowerBound > end { parts.append((end, changes.count, true)) }
            parts.append((view.offsets.lowerBound, changes.count, view.offsets.lowerBound == end))
            changes.append(try view.change())
            end = view.offsets.upperBound
        }
        try #require(end == bytes.count, note)

        var (part, boundaries, readWorst) = (0, 0, 0.0)
        for cut in 0..<bytes.count {
            while part + 1 < parts.count, parts[part + 1].start <= cut { part += 1 }
            let (start, changesBefore, isBoundary) = parts[part]
            var readCount = 0
            let result = Result { () throws(ChangesetError) in
                try Changeset(parsing: bytes[..<cut], limits: .default, readCount: &readCount)
            }
            if cut > 0 { readWorst = max(readWorst, Double(readCount) / Double(cut)) }
            if cut == start, isBoundary {
                boundaries += 1
                try #require(result == .success(Changeset(changes: Array(changes[..<changesBefore]))), "cut \(cut), \(note)")
            } else {
                // A header without its first record counts as cut itself.
                let offset = cut == start ? parts[part - 1].start : start
                try #require(result == .failure(.truncated(offset: offset)), "cut \(cut), \(note)")
            }
        }
        return (boundaries, readWorst)
    }
}
