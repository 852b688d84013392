import CSQLite

/// How many of its pages the writing connection keeps in memory, and how long its log may grow before they are written into the file:
/// few and short from day to day, more while large batches come.
///
/// A large batch of an import changes 20 to 40 MB of pages; with less room they would be written to the log before they are ready, and
/// once more. Its successors change the pages of the indexes again, so the room stays until so many small batches came in a row, and
/// the log takes in two of them before its pages go into the file.
///
/// Used inside the access to its connection alone.
final class WriterCache {
    /// Of a connection that is opened.
    static let everyday = [
        "PRAGMA cache_size = -8192",
        // 32 MiB: most pages that change are the same few hundred, and go into the file once per checkpoint. The default of 4 MB
        // would sync the file after every few batches.
        "PRAGMA wal_autocheckpoint = 8192",
    ]
    private static let large = ["PRAGMA cache_size = -49152", "PRAGMA wal_autocheckpoint = 16384"]
    /// Journal entries that make a batch a large one.
    static let entriesOfLarge = 256
    /// Small batches in a row after which the room is given back.
    static let smallBatches = 64
    private var smallBatchesLeft = 0

    /// Called before so many entries are written.
    func prepare(entries: Int, _ sql: SQL) throws {
        if entries >= Self.entriesOfLarge {
            if smallBatchesLeft == 0 { for pragma in Self.large { try sql.run(pragma) } }
            smallBatchesLeft = Self.smallBatches
        } else if smallBatchesLeft > 0 {
            smallBatchesLeft -= 1
            guard smallBatchesLeft == 0 else { return }
            for pragma in Self.everyday { try sql.run(pragma) }
            gridline_give_memory_back()
        }
    }
}
