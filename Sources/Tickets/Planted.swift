#if GRIDLINE_PLANTED
    import Synchronization

    // The switch of the self-test: which planted bug is on in this process, if any. Compiled into debug builds and the self-test's own
    // build alone.
    private let plantedName = Mutex<String?>(nil)
    private let isAnyPlanted = Atomic<Bool>(false)

    /// Switches one planted bug on, and the one before it off; nil = none is on. It is of the whole process.
    package func plant(_ name: String?) {
        plantedName.withLock { $0 = name }
        isAnyPlanted.store(name != nil, ordering: .releasing)
    }

    /// Whether the planted bug at this place is on. Each name stands at one place of the production code, and in the list of the self-test.
    package func isPlanted(_ name: StaticString) -> Bool {
        guard isAnyPlanted.load(ordering: .acquiring) else { return false }
        return plantedName.withLock { $0 == name.description }
    }

    /// Where the planted bug is on, an error that comes when the answer is known already is passed over.
    package func answering<T>(despite name: StaticString, _ body: ((T) -> T) throws -> T) throws -> T {
        var answer: T?
        do {
            return try body {
                answer = $0
                return $0
            }
        } catch {
            guard isPlanted(name), let answer else { throw error }
            return answer
        }
    }

    private let plantedCell = Mutex<(name: String, cell: Cell)?>(nil)

    /// Turns one cell of the matrix over, and puts back the one before; nil = all are as the file has them.
    ///
    /// - Parameter name: Command, state and relation as `Matrix.name` spells them.
    package func plant(cell: (name: String, cell: Cell)?) { plantedCell.withLock { $0 = cell } }

    /// The cell that the self-test has put at this place of the matrix, else the one of the file.
    func planted(_ cell: Cell, _ kind: CommandKind, _ state: TicketState?, _ relation: Relation) -> Cell {
        plantedCell.withLock { $0.flatMap { $0.name == Matrix.name(kind, state, relation) ? $0.cell : nil } ?? cell }
    }

    extension Matrix {
        /// The name of a cell: command, state, relation.
        package static func name(_ kind: CommandKind, _ state: TicketState?, _ relation: Relation) -> String {
            "\(kind.rawValue) \(state?.rawValue ?? "-") \(relation.rawValue)"
        }
    }
#else
    /// Whether the planted bug at this place is on: never, in a program that is released. The call and its name leave nothing behind.
    @inlinable @inline(__always)
    package func isPlanted(_ name: StaticString) -> Bool { false }

    /// The cell of the file.
    @inline(__always)
    func planted(_ cell: Cell, _ kind: CommandKind, _ state: TicketState?, _ relation: Relation) -> Cell { cell }

    /// What `body` says; nothing else, in a program that is released.
    @inlinable @inline(__always)
    package func answering<T>(despite name: StaticString, _ body: ((T) -> T) throws -> T) throws -> T { try body { $0 } }
#endif
