import CentralStore
public import SyncProtocol
import Tickets

/// How a request to watch begins.
public enum WatchStart: Sendable {
    /// There is something beyond the base.
    case news
    /// Nothing yet.
    case waiting(Watch)
}

extension SyncService {
    /// `GET /v1/watch`: begins to wait for something beyond `base` in the scopes of the token's person. Reads, and writes nothing.
    ///
    /// - Parameters:
    ///   - token: As the last answer to a sync gave it.
    ///   - base: What the replica holds.
    /// - Throws: `tokenExpired` for a token that is not one, has run out, or is of a revoked device: a sync gives a new one;
    ///   `overloaded` while too many watch; `stopping`; `storeUnavailable`.
    public func watch(token: [UInt8], base: UInt64) throws(ProtocolError) -> WatchStart {
        guard let token = try? Token(verifying: token, with: environment.keys), !token.isExpired(at: core.now()) else {
            throw ProtocolError(.tokenExpired, in: "token")
        }
        guard watchers.hasRoom else { throw watchersFull() }
        guard let (scopes, isBehind) = try standing(of: token, base: base) else {
            throw ProtocolError(.tokenExpired, in: "token")
        }
        if isBehind { return .news }
        switch watchers.register(token.replica, scopes: scopes, base: base) {
        case .waiting(let watch): return .waiting(watch)
        case .news: return .news
        case .full: throw watchersFull()
        case .closed: throw turnedAway(Shed(reason: .closing, retryAfterSeconds: 5 + environment.chance(below: 20)), in: "watch")
        }
    }

    private func watchersFull() -> ProtocolError {
        turnedAway(Shed(reason: .watchersFull, retryAfterSeconds: 60 + environment.chance(below: 60)), in: "watch")
    }

    /// The scopes of the token's person, and whether a pull would bring anything.
    ///
    /// - Returns: nil if the device is not known, or revoked.
    private func standing(of token: Token, base: UInt64) throws(ProtocolError) -> (scopes: [String], isBehind: Bool)? {
        do {
            return try store.read { reader in
                let loaded = try reader.load(LoadRequest(persons: [token.person], replicas: [token.replica]))
                guard let device = loaded.devices[token.replica], device.revokedAt == nil, device.person == token.person else {
                    return nil
                }
                let scopes = (loaded.personScopes[token.person] ?? []).filter { $0.until == nil }.map(\.scope)
                // One small page answers it with the same code that a pull uses.
                let page = try reader.page(PageRequest(person: token.person, base: base, bytesMax: 1, entitiesMax: 1))
                return (scopes, !page.entities.isEmpty || page.more || page.fromZero)
            }
        } catch {
            throw environment.problem(of: error)
        }
    }
}
