import Changeset
import Tickets

extension Rows {
    /// Who takes in what a volunteer reports: a worker of the grid above theirs, else its leader or guide, else the grid above that one; of
    /// several the first by id. Nil for everybody else, and where nobody is known.
    func relay() throws -> String? {
        guard let own = try person(try standing().identity.person), own.role == .volunteer, var grid = own.grid else {
            return nil
        }
        // As many levels as a city has at most: parents that lead back to themselves end as well.
        for _ in 0..<8 {
            guard let above = try statements.row("SELECT parent FROM grid WHERE id=?", [.text(grid)])?.first?.string else {
                return nil
            }
            let people = try statements.rows(
                "SELECT \(Table.person.columnList) FROM person WHERE grid=? ORDER BY id", [.text(above)]
            )
            .compactMap(Person.init(row:))
            for role in [Role.worker, .leader, .guide] {
                if let found = people.first(where: { $0.role == role }) { return found.id }
            }
            grid = above
        }
        return nil
    }

    /// The profile that the centre has in force; nil if the device has none, or one that this release cannot read.
    func profileInForce() throws -> Profile? {
        let row = try statements.row("SELECT \(Table.profile.columnList) FROM profile WHERE in_force=1")
        return row.flatMap(ProfileRecord.init(row:)).flatMap { try? $0.profile() }
    }
}
