#if GRIDLINE_PLANTED
    import Synchronization

    // The switch of the mechanisms' proof: which mechanism of Docs/mechanisms.md is taken out of this process, if any. Compiled into debug
    // builds and the self-test's own build alone.
    private let removedMechanism = Mutex<String?>(nil)
    private let isAnyRemoved = Atomic<Bool>(false)

    /// Takes one mechanism out, and puts back the one before; nil = all are in. It is of the whole process.
    package func removeMechanism(_ id: String?) {
        removedMechanism.withLock { $0 = id }
        isAnyRemoved.store(id != nil, ordering: .releasing)
    }

    /// Whether the mechanism whose rule stands at this place is taken out: a run that drives it must then fail.
    package func isRemoved(_ id: StaticString) -> Bool {
        guard isAnyRemoved.load(ordering: .acquiring) else { return false }
        return removedMechanism.withLock { $0 == id.description }
    }
#else
    /// Whether a mechanism is taken out: never, in a program that is released. The call and its name leave nothing behind.
    @inlinable @inline(__always)
    package func isRemoved(_ id: StaticString) -> Bool { false }
#endif
