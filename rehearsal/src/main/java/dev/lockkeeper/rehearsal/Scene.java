package dev.lockkeeper.rehearsal;

import dev.lockkeeper.apply.Closing;
import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.observation.Observer;
import dev.lockkeeper.observation.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where scripts run before a witness.
 *
 * @param stage opens a session in which a script runs
 * @param hall opens a session of the same database that sees everything
 */
record Scene(Supplier<Session> stage, Supplier<Session> hall) {
    /**
     * Runs one script.
     *
     * @param told what was seen of it, also when it fails
     */
    void observe(Turn turn, Consumer<RehearsedMigration> told) {
        List<Observation> seen = new ArrayList<>();
        try (Session session = stage.get();
                Session outside = hall.get()) {
            ScriptRunner runner = new ScriptRunner(session, new Observer(outside, turn.script(), seen::add));
            List<Part> parts = List.of();
            try {
                runner.run(turn.script(), turn.script().commands().unbound(), ScriptRunner.Begin.FRESH, Closing.NONE);
                parts = Part.of(outside, seen);
            } finally {
                told.accept(new RehearsedMigration(
                        turn.component(),
                        turn.name(),
                        turn.description(),
                        turn.script().file(),
                        turn.script().checksum(),
                        turn.script().renderedChecksum(),
                        seen,
                        parts,
                        runner.manner() == ScriptRunner.Manner.STATEMENTS,
                        runner.rows()));
            }
        }
    }
}
