package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.database.Session;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Events that are computed and watched, and how they are changed past the triggers of their table. */
final class Watched {
    static final String DETACH = "alter table app.event detach partition app.event_0110";
    static final String ATTACH =
            "alter table app.event attach partition app.event_0110 for values from ('2026-01-10 00:00+00') to ('2026-01-11 00:00+00')";
    static final String MARKS =
            "select (select count(*) from state.rollup_dirty) + (select count(*) from" + " state.rollup_dirty_span)";

    private Watched() {}

    static Rollup filled(Mill mill, String file) {
        Rollup usage = mill.install(file);
        mill.event("2026-01-10 08:15:00+00", 1, 1, "success", 10, "1")
                .event("2026-01-10 08:16:00+00", 2, 1, "success", 20, "1")
                .event("2026-01-10 21:16:00+00", 3, 0, "error", 30, "1")
                .event("2026-01-11 09:16:00+00", 4, 0, "success", 40, "1");
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        return usage;
    }

    /** A run that finds something done before each of its transactions. */
    static RollResult rollAmid(Mill mill, Rollup usage, String... before) {
        Session other = mill.open();
        Queue<String> left = new ArrayDeque<>(List.of(before));
        return new Roller(mill.site(), new PostgresDialect(), Mill.FAST, "test", () -> {
                    String next = left.poll();
                    if (next != null) {
                        other.execute(next);
                    }
                    return false;
                })
                .run(usage, "test");
    }

    static void assertSettled(Mill mill, Rollup usage) {
        mill.roll(usage);
        assertThat(mill.wrong()).isEqualTo("0");
        assertThat(mill.roll(usage).state()).isEqualTo(RollResult.State.IDLE);
        assertThat(mill.one(MARKS)).isEqualTo("0");
    }
}
