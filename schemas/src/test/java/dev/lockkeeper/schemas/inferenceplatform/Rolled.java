package dev.lockkeeper.schemas.inferenceplatform;

import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.roll.Pace;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateSchema;
import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;

/** Both components in one database, whose sums are computed by marks. */
record Rolled(Migrated migrated, Rollup usage) {
    static final StateSchema STATE = new StateSchema("rollup_state");

    Rolled(Migrated migrated) {
        this(migrated, read());
    }

    static Rollup read() {
        return Definitions.read(Reference.folder("inference-platform").resolve("analytics"))
                .rollups()
                .get(0);
    }

    /** Brings the second component to a database that has the first. */
    static void analytics(Migrated migrated) throws SQLException, IOException {
        Session session = migrated.session();
        try (Stream<Path> files =
                Files.list(Reference.folder("inference-platform").resolve("analytics/migrations"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".up.sql")).sorted().toList()) {
                // each file is sent as one message, which an index cannot be built concurrently in
                session.script(Files.readString(file).replace("concurrently ", ""));
            }
        }
    }

    static Site site(dev.lockkeeper.database.Session session) {
        return new Site(session, STATE, "inference_maintenance");
    }

    RollResult roll() {
        try (dev.lockkeeper.database.Session session = migrated.ours()) {
            return new Roller(site(session), new PostgresDialect(), new Pace(24, 1, 10000), "test", () -> false)
                    .run(usage, "test");
        }
    }
}
