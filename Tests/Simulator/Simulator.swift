/// The simulator: device and centre in one process, on files in memory, under the control of a seed. Docs/simulation.md explains it to
/// people; this page is for those who write a checker or a fault.
///
/// - `Event`, `Fault`, `Script`: what happens, and under which conditions. `Script.init(seed:)` draws, `Script.init(text:)` reads.
/// - `World`: how everything stands at the start. `Disk`: files that crash.
/// - `SimCentre`, `SimDevice`: the production code of one side each, with the process around it: it can be stopped, killed, cut off from
///   power, and started again. `peek()` is a look into its file past all production code; statements are kept.
/// - `Run`: plays a script. `Run+People`, `Run+Centre`, `Run+Network`, `Run+Faults`: what each event does; `Run+Heal`: the end.
/// - `Checker`: `begin`, `step` after each event, `lose` before a store is replaced, `quiet` at the end. Throw `run.violation("I7", "…")`. What a step touched is in `Step`;
///   `run.count("…")` counts coverage, `run.mark("…")` also enters the trace. A checker must not write.
/// - `RunResult(script, on:checkers:)`: one run. `Shrinker`: a failing script made small. `Tally`: sums. `CaseFile`: a file of
///   Tests/Regressions.
///
/// To follow the verdicts: in `step`, if `step.touchesCentre` and `run.centre.service != nil`, read journal entries beyond the last
/// sequence seen through `run.centre.peek()`. After `run.centre.restoredCount` has changed, begin anew from the restored head.
package enum Simulator {}
