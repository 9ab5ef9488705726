package dev.lockkeeper.plan;

import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.History;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files and history side by side, in the order of the versions. */
public record Status(String component, List<Row> rows, Optional<String> otherTool) {
    public Status {
        rows = List.copyOf(rows);
    }

    /** What is true of one version. */
    public enum State {
        /** Applied, and the file is what was applied. */
        APPLIED,
        /** Not applied yet. */
        PENDING,
        /** Applied, but the file was edited since. */
        ALTERED,
        /** Applied, but there is no file any more. */
        MISSING,
        /** Not applied, although a newer one is. */
        OUT_OF_ORDER,
        /** Begun by a run that did not finish it. */
        UNFINISHED
    }

    /**
     * One version.
     *
     * @param migration null when the file is missing
     * @param entry null when it is not applied
     */
    public record Row(
            Version version,
            State state,
            @Nullable Migration migration,
            @Nullable Entry entry) {
        /** What the file says it does, or what the history remembers when the file is missing. */
        public String description() {
            return migration != null ? migration.description() : entry != null ? entry.description() : "";
        }
    }

    /** Compares the files of a component with its history. */
    public static Status of(Migrations migrations, History history) {
        Map<Version, Entry> entries = new HashMap<>();
        history.applied().forEach(e -> entries.put(e.version(), e));
        Optional<Version> newest =
                history.applied().stream().map(Entry::version).max(Comparator.naturalOrder());
        List<Row> rows = new ArrayList<>();
        for (Migration migration : migrations.all()) {
            Entry entry = entries.remove(migration.version());
            rows.add(new Row(migration.version(), state(migration, entry, newest, history), migration, entry));
        }
        entries.values().forEach(e -> rows.add(new Row(e.version(), State.MISSING, null, e)));
        rows.sort(Comparator.comparing(Row::version));
        return new Status(migrations.component(), rows, history.otherTool());
    }

    private static State state(Migration migration, @Nullable Entry entry, Optional<Version> newest, History history) {
        boolean unfinished =
                history.progress().stream().anyMatch(p -> p.version().equals(migration.version()));
        if (unfinished) {
            return State.UNFINISHED;
        }
        if (entry != null) {
            return entry.checksum().is(migration.up().checksum()) ? State.APPLIED : State.ALTERED;
        }
        boolean late = newest.isPresent() && migration.version().compareTo(newest.get()) < 0;
        return late ? State.OUT_OF_ORDER : State.PENDING;
    }

    public long count(State state) {
        return rows.stream().filter(r -> r.state() == state).count();
    }
}
