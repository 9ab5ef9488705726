package dev.lockkeeper.rehearsal;

import dev.lockkeeper.observation.Observation;
import dev.lockkeeper.observation.Part;
import dev.lockkeeper.source.Checksum;
import java.util.List;

/**
 * What a migration did when it was rehearsed.
 *
 * @param file its up script
 * @param checksum of that before tokens were replaced
 * @param rendered of that after they were
 * @param statements what was observed, in the order in which they ran
 * @param parts of the tables that it created or changed, as they are after it; none when it failed
 * @param statementByStatement whether each of its statements is kept by itself
 * @param rows how many its statements changed, counted as when it is applied: without what triggers and functions do
 */
public record RehearsedMigration(
        String component,
        String version,
        String description,
        String file,
        Checksum checksum,
        Checksum rendered,
        List<Observation> statements,
        List<Part> parts,
        boolean statementByStatement,
        long rows) {
    public RehearsedMigration {
        statements = List.copyOf(statements);
        parts = List.copyOf(parts);
    }
}
