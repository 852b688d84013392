import Fixture
import CentralStore
import ReplicaStore
import SyncProtocol
import SyncService
import Testing
import Tickets

/// The centre of a small city: one grid, its people, no devices yet.
func city(seed: UInt64, configuration: ServiceConfiguration = ServiceConfiguration()) throws -> CentreFixture {
    let centre = try CentreFixture(seed: seed, configuration: configuration)
    try addPeople(to: centre)
    return centre
}

func addPeople(to centre: CentreFixture) throws {
    try centre.put(GridRecord(id: "gulou-03", name: "鼓楼三网格"))
    try centre.put(
        Person(id: "li-na", name: "李娜", role: .worker, grid: "gulou-03", profession: "民政"),
        Person(id: "wang-lei", name: "王磊", role: .worker, grid: "gulou-03", profession: "城管"))
}

/// Everybody syncs until nothing moves, and then everything agrees.
func expectAgreement(_ devices: DeviceFixture..., with centre: CentreFixture, sourceLocation: SourceLocation = #_sourceLocation)
    throws
{
    for device in devices { try device.settle() }
    // Whoever synced first has not seen what the others brought.
    for device in devices { try device.settle() }
    #expect(try disagreements(devices, centre) == [], sourceLocation: sourceLocation)
}

extension CommandRecord {
    /// The verdict, once there is one.
    var verdict: Verdict? { if case .judged(let verdict) = standing { verdict } else { nil } }
}
