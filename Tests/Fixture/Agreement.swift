import CentralStore
import Changeset
import ReplicaStore
import SyncProtocol
import Tickets

/// What is wrong between devices and their centre, in words that name the place. Empty = nothing.
///
/// I3 row for row and by fingerprint, I1 and I6 by counting, I8 by the centre's own proof, I14 by both databases' checks.
/// - Precondition: Links are up, outboxes are empty, nobody acts.
public func disagreements(_ devices: [DeviceFixture], _ centre: CentreFixture) throws -> [String] {
    var faults = try centre.store.read { try $0.verify() }.faults.map { "centre: \($0.kind) \($0.detail)" }
    for device in devices { faults += try disagreements(device, centre).map { "\(device.person): \($0)" } }
    return faults
}

/// The same for one device.
public func disagreements(_ device: DeviceFixture, _ centre: CentreFixture) throws -> [String] {
    let (dump, page) = try centre.store.read { reader in
        var request = PageRequest(person: device.person, base: try reader.state().head)
        request.wantsFingerprint = true
        return (try reader.scopeDump(person: device.person), try reader.page(request))
    }
    var faults = try device.replica.check().map { "\($0.code): \($0.detail)" }
    faults += entityFaults(held: try device.replica.confirmedEntities(), wanted: dump)
    if let theirs = page.fingerprint, theirs != (try device.replica.fingerprint()) { faults.append("fingerprints differ") }
    return faults + (try commandFaults(device, centre))
}

/// I3: the same entities in the same versions with the same rows.
private func entityFaults(held: [ConfirmedEntity], wanted: [PageEntity]) -> [String] {
    var faults: [String] = []
    let here = Dictionary(uniqueKeysWithValues: held.filter { $0.leaving == nil }.map { ($0.key, $0) })
    let there = Dictionary(uniqueKeysWithValues: wanted.map { ($0.key, $0) })
    for key in Set(here.keys).union(there.keys).sorted() {
        let name = "\(key.kind) \(key.id.map { String($0, radix: 16) }.joined())"
        switch (here[key], there[key]) {
        case (nil, .some): faults.append("\(name) is missing on the device")
        case (.some, nil): faults.append("\(name) is on the device and out of scope")
        case (.some(let ours), .some(let theirs)):
            if ours.version != theirs.version { faults.append("\(name) has version \(ours.version), not \(theirs.version)") }
            faults += rowFaults(ours.rows, theirs.rows).map { "\(name): \($0)" }
        case (nil, nil): break
        }
    }
    return faults
}

private struct RowName: Hashable {
    let table: Table
    let key: [Value]
}

private func rowFaults(_ ours: [EntityRow], _ theirs: [EntityRow]) -> [String] {
    func byName(_ rows: [EntityRow]) -> [RowName: [Value?]] {
        var found: [RowName: [Value?]] = [:]
        for row in rows where !row.deleted { found[RowName(table: row.table, key: row.key ?? [])] = row.values }
        return found
    }
    let (here, there) = (byName(ours), byName(theirs))
    return Set(here.keys).union(there.keys).compactMap { name -> String? in
        guard let mine = here[name] else { return "a row of \(name.table) is missing on the device" }
        guard let other = there[name] else { return "a row of \(name.table) is on the device only" }
        let columns = mine.indices.filter { mine[$0] != other[$0] }.map { name.table.columns[$0] }
        return columns.isEmpty ? nil : "a row of \(name.table) differs in \(columns.joined(separator: ", "))"
    }
}

/// I1, I2, I6: every command is accounted for, and both sides say the same on it.
private func commandFaults(_ device: DeviceFixture, _ centre: CentreFixture) throws -> [String] {
    var faults: [String] = []
    let status = try device.replica.status()
    let knownCount = status.judgedCount + status.outboxCount + status.takenBackCount
    if status.givenCount != knownCount { faults.append("\(status.givenCount) commands given, \(knownCount) known") }
    let records = try device.replica.log(limit: 1_000_000)
    let stored = try centre.store.read { try $0.load(LoadRequest(commands: Set(records.map(\.id)))).commands }
    for record in records {
        let name = "command \(record.id)"
        let theirs = stored[record.id]
        switch record.standing {
        case .judged(let verdict):
            if theirs?.verdict != verdict {
                faults.append("\(name) is \(verdict) here and \(theirs?.verdict?.rawValue ?? "unknown") there")
            }
            if theirs?.reason != record.reason { faults.append("\(name) has another reason there") }
            if theirs?.decision?.decision != record.decision?.decision { faults.append("\(name) has another decision there") }
            if !record.isAbsorbed { faults.append("\(name) is judged and not absorbed") }
        case .takenBack: if theirs != nil { faults.append("\(name) was taken back and arrived") }
        case .onlyHere: if theirs != nil { faults.append("\(name) counts as only here and arrived") }
        case .offered, .needsCentre: faults.append("\(name) still waits")
        }
    }
    return faults
}
