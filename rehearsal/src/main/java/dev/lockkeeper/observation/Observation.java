package dev.lockkeeper.observation;

import dev.lockkeeper.problem.Place;
import java.util.List;

/**
 * What one statement did.
 *
 * @param ordinal of the statement, counted from 1 within its script
 * @param place where it stands
 * @param sql its text
 * @param transactional whether it ran in a transaction; what it locks is then held to the end of that transaction
 * @param locks what it locked of what was there before its transaction, unless an earlier statement had locked it as strongly
 * @param rewrites relations that were there before the statement and got a new file
 * @param scans tables that it read as a whole
 * @param rows tables whose rows it wrote
 * @param effects what became of objects, in the order of their names
 * @param notes what could not be seen, one sentence each
 */
public record Observation(
        int ordinal,
        Place place,
        String sql,
        boolean transactional,
        List<Lock> locks,
        List<Rewrite> rewrites,
        List<Scan> scans,
        List<ChangedRows> rows,
        List<Effect> effects,
        List<String> notes) {
    public Observation {
        locks = List.copyOf(locks);
        rewrites = List.copyOf(rewrites);
        scans = List.copyOf(scans);
        rows = List.copyOf(rows);
        effects = List.copyOf(effects);
        notes = List.copyOf(notes);
    }
}
