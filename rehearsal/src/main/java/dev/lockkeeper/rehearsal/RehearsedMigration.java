package dev.lockkeeper.rehearsal;

import dev.lockkeeper.observation.Observation;
import java.util.List;

/**
 * What a migration did when it was rehearsed.
 *
 * @param file its up script
 * @param statements what was observed, in the order in which they ran
 * @param statementByStatement whether each of its statements is kept by itself
 */
public record RehearsedMigration(
        String component,
        String version,
        String description,
        String file,
        List<Observation> statements,
        boolean statementByStatement) {
    public RehearsedMigration {
        statements = List.copyOf(statements);
    }
}
