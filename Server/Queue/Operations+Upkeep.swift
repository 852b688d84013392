import CentralStore
import Foundation
import SyncService
import Tickets

extension Operations {
    func administer(_ operation: Operation) async throws -> Outcome {
        switch operation {
        case .putPeople(let entries, let author):
            let people = try entries.map { (entry) throws(OperationProblem) in try entry.person() }
            return .imported(ImportReport(try await service.put(people: people, by: author), of: people.count))
        case .listPeople: return .people(try await read { try $0.persons().map(PersonEntry.init) })
        case .putGrids(let entries, let author):
            for entry in entries { try OperationProblem.checkID(entry.id) }
            let grids = entries.map { GridRecord(id: $0.id, name: $0.name, parent: $0.parent) }
            return .imported(ImportReport(try await service.put(grids: grids, by: author), of: grids.count))
        case .listGrids:
            return .grids(try await read { try $0.grids().map { GridEntry(id: $0.id, name: $0.name, parent: $0.parent) } })
        case .enrolCode(let person, let minutes, let author):
            guard (1...10).contains(minutes) else { throw OperationProblem(.badArguments, "--minutes is from 1 to 10") }
            let code = try await service.enrolCode(for: person, lifetime: Int64(minutes) * 60_000, by: author)
            return .code(EnrolCode(code: code.code, person: person, expiresAt: code.expiresAt))
        case .listDevices: return .devices(try await devices())
        case .revokeDevice(let text, let author):
            guard let replica = ReplicaID(text: text) else {
                throw OperationProblem(.unknownDevice, "\(text.printable) is no device id; device list shows them")
            }
            try await service.revoke(replica, by: author)
            return .done
        default: preconditionFailure("\(operation) is not administration")
        }
    }

    func backup(to path: String, by author: String) async throws -> Outcome {
        let people = try await read { try $0.persons() }
        guard let person = people.first(where: { $0.id == author }) else { throw ServiceError.unknownPerson(author) }
        guard person.role == .operator else { throw ServiceError.notPermitted(author) }
        guard path.hasPrefix("/") else { throw OperationProblem(.badArguments, "the path of a backup must be absolute") }
        let store = store
        let service = service
        let head = try await blocking {
            let head = try store.backup(to: path)
            // The copy itself cannot hold this; the next one does. The path stays out of it: it may name a person.
            try service.journal(.backup, facts: ["head": .integer(Int64(clamping: head))], by: author)
            return head
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64
        return .backup(BackupReport(path: path, bytes: size ?? 0, head: head))
    }

    func check() async throws -> Outcome {
        let found = try await read { try $0.verify() }
        return .check(
            CheckReport(
                journalEntries: found.entriesCount, chainLinks: found.linksCount, commands: found.commandsCount,
                firstBadIndex: found.firstBadEntry,
                faults: found.faults.map { fault in
                    "\(fault.kind.rawValue)\(fault.sequence.map { " at \($0)" } ?? ""): \(fault.detail)"
                }))
    }
}

extension PersonEntry {
    init(_ record: Person) {
        self.init(
            id: record.id, name: record.name, role: record.role.rawValue, grid: record.grid, unit: record.unit,
            profession: record.profession)
    }

    /// The person as the rules know them.
    /// - Throws: `badArguments` for an unknown role or an id that could not be typed.
    public func person() throws(OperationProblem) -> Person {
        try OperationProblem.checkID(id)
        guard let role = Role(rawValue: role) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperationProblem(.badArguments, "\(id): unknown role; the roles are \(known)")
        }
        guard !name.isEmpty, name.utf8.count <= 200 else {
            throw OperationProblem(.badArguments, "\(id): the name is empty or too long")
        }
        return Person(id: id, name: name, role: role, grid: grid, unit: unit, profession: profession)
    }
}

extension OperationProblem {
    /// Ids stand in scopes, file names and commands: they are short and plain.
    static func checkID(_ id: String) throws(OperationProblem) {
        let isPlain = id.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [45, 46, 95].contains(byte)
        }
        guard isPlain, (1...64).contains(id.utf8.count), id.utf8.first != 45, id.utf8.first != 46 else {
            throw OperationProblem(
                .badArguments,
                "\(id.printable) is no id: 1 to 64 ASCII letters, digits, '-', '_', '.', not beginning with '-' or '.'")
        }
    }

    /// What the service refused, in words.
    public init(_ error: ServiceError) {
        switch error {
        case .unknownPerson(let id): self.init(.unknownPerson, "no person has the id \(id.printable)")
        case .notPermitted(let what): self.init(.notAllowed, "the author's role does not allow this: \(what.printable)")
        case .unknownGrid(let id): self.init(.unknownGrid, "no grid has the id \(id.printable)")
        case .unknownCommand(let id): self.init(.unknownCommand, "no command has the id \(id)")
        case .notHeld(let id): self.init(.unknownCommand, "the command \(id) is not held, or was decided before")
        case .refused(let reason):
            self.init(.refused, "\(reason.rawValue): \(reason.english) Nothing was written.", reason: reason.rawValue)
        case .unknownDevice(let id): self.init(.unknownDevice, "no device has the id \(id)")
        case .storeUnavailable(let why): self.init(.storeFailed, "the store failed: \(why). Nothing was done.")
        case .busy: self.init(.storeFailed, "too much is waiting at the centre; nothing was done, try again in a moment")
        }
    }

    /// What the store refused, in words.
    public init(_ error: StoreError) {
        switch error {
        case .busy: self.init(.storeBusy, error.description)
        case .copyFailed: self.init(.storeFailed, error.description)
        case .behindCopy: self.init(.notWhole, error.description)
        case .otherCopy, .copyTooShort: self.init(.badArguments, error.description)
        case .notAStore, .newerSchema: self.init(.noStore, error.description)
        case .damaged: self.init(.notWhole, error.description)
        case .exists: self.init(.exists, error.description)
        case .fenced, .diskFull, .constraint, .inputOutput, .syncFailed: self.init(.storeFailed, error.description)
        }
    }
}

extension DeviceLine {
    init(_ device: DeviceRecord, head: UInt64) {
        self.init(
            replica: device.replica.description, person: device.person, serial: device.serial, enrolledAt: device.enrolledAt,
            lastContact: device.lastContact, revokedAt: device.revokedAt, unsent: device.unsent,
            oldestUnsentAt: device.oldestUnsentAt, base: device.base,
            lag: device.base.map { head > $0 ? head - $0 : 0 }, clientVersion: device.clientVersion,
            clockOffset: device.clockOffset, forks: UInt64(device.epoch) - 1, hasTwoHeads: device.hasTwoHeads)
    }
}
