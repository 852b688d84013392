import Glibc

#if GRIDLINE_PLANTED
    import Tickets
#endif

/// What this process asks of the system before anything else.
func prepareProcess() {
    // Whatever is written is for its owner alone: replica, keys, exported changesets.
    umask(0o077)
    // A core dump would have citizens' data in it.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    // At a limit on file sizes a write is to fail like one on a full disk, not to end the process.
    signal(SIGXFSZ, SIG_IGN)
    #if GRIDLINE_PLANTED
        // The mechanisms' proof runs this program without one of them.
        removeMechanism(getenv("GRIDLINE_WITHOUT").map { String(cString: $0) })
    #endif
}
