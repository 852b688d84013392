import Harness

/// Deliberate damage, for the test of the tests.
enum Canary {
    static func breakOneRow(of path: String) throws {
        let database = try Database(URLs.file(path), readOnly: false)
        try database.execute("UPDATE ticket SET title = title || '!' WHERE id = (SELECT id FROM ticket LIMIT 1)")
    }
}
