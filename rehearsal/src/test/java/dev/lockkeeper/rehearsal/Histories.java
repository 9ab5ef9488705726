package dev.lockkeeper.rehearsal;

import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.RepeatableOrder;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small histories written in the test itself. */
final class Histories {
    private Histories() {}

    static Migration migration(String version, String up, @Nullable String down) {
        return new Migration(
                Version.parse(version).orElseThrow(),
                "migration " + version,
                Script.of(version + ".up.sql", up),
                down == null ? null : Script.of(version + ".down.sql", down));
    }

    /** Up and down scripts in turn, numbered from 1. */
    static Migrations of(String... scripts) {
        List<Migration> all = new ArrayList<>();
        for (int i = 0; i < scripts.length; i += 2) {
            all.add(migration(Integer.toString(i / 2 + 1), scripts[i], scripts[i + 1]));
        }
        return of(all);
    }

    static Migrations of(List<Migration> all) {
        return new Migrations("main", Convention.GOLANG_MIGRATE, null, null, all, RepeatableOrder.none(), List.of());
    }
}
