package dev.lockkeeper.observation;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.sql.Statement;
import java.util.List;

/**
 * What one statement did.
 *
 * @param statement as the script has it
 * @param place where it stands
 * @param transaction the transaction of the script in which it ran, counted from 1, to whose end its locks are held; 0 when it
 *     ran in none
 * @param locks what it locked of what was there before its transaction, unless an earlier statement had locked it as strongly
 * @param rewrites relations that were there before the statement and got a new file
 * @param scans tables that it read as a whole
 * @param rows tables whose rows it wrote
 * @param effects what became of objects, in the order of their names
 * @param notes what could not be seen, one sentence each
 */
public record Observation(
        Statement statement,
        Place place,
        int transaction,
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

    /** Whether it ran in a transaction. */
    public boolean isTransactional() {
        return transaction > 0;
    }
}
