public import CentralStore
public import Changeset

extension SyncService {
    /// Notes an act of a person at the centre that changes no row, such as an export of citizens' data. Blocks the calling thread.
    ///
    /// - Parameter facts: Small, and never a citizen's data.
    /// - Throws: `unknownPerson`, `notPermitted`; `StoreError`: then nothing is noted.
    public func journal(_ kind: JournalKind, facts: [String: Value], by author: String) throws {
        try store.write { transaction in
            guard let person = try transaction.load(LoadRequest(persons: [author])).persons[author] else {
                throw ServiceError.unknownPerson(author)
            }
            guard person.role.isCentral else { throw ServiceError.notPermitted(author) }
            // Read inside the transaction: times in the journal rise with its index.
            var entry = JournalDraft(at: core.now(), author: author, kind: kind, salt: environment.random(16))
            entry.facts = facts
            entry.subject = kind.rawValue
            _ = try transaction.append(WriteBatch(entries: [entry]))
        }
    }
}
