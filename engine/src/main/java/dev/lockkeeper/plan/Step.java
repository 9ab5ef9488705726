package dev.lockkeeper.plan;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One script that a plan runs. */
public sealed interface Step {
    /** The version of the migration, or the label of the repeatable script. */
    String name();

    /** The version of the migration; null for a repeatable script. */
    @Nullable
    Version version();

    /** What it does, in words. */
    String description();

    /** The script that will run. */
    Script script();

    /** The script, split. */
    Script.Commands commands();

    /** Which way it goes; a repeatable script goes up. */
    Direction direction();

    /** Whether an earlier run left it unfinished. */
    boolean resumed();

    /** Runs the up script of a migration. */
    record Apply(Migration migration, Script.Commands commands, boolean resumed) implements Step {
        @Override
        public Version version() {
            return migration.version();
        }

        @Override
        public String name() {
            return migration.version().toString();
        }

        @Override
        public String description() {
            return migration.description();
        }

        @Override
        public Script script() {
            return migration.up();
        }

        @Override
        public Direction direction() {
            return Direction.UP;
        }
    }

    /**
     * Runs the down script of a migration.
     *
     * @param entry what it takes back; null when an apply of the migration was begun and never finished: then only a part
     *     of what the down script takes back is there
     */
    record Rollback(
            Migration migration,
            Script script,
            Script.Commands commands,
            @Nullable Entry entry,
            boolean resumed) implements Step {
        @Override
        public Version version() {
            return migration.version();
        }

        @Override
        public String name() {
            return migration.version().toString();
        }

        @Override
        public String description() {
            return migration.description();
        }

        @Override
        public Direction direction() {
            return Direction.DOWN;
        }
    }

    /**
     * Runs a repeatable script.
     *
     * @param reason why it runs, in words
     * @param known how far an earlier run came with it, as far as it need not be done again
     */
    record Repeat(Repeatable repeatable, Script.Commands commands, String reason, List<Progress> known)
            implements Step {
        public Repeat {
            known = List.copyOf(known);
        }

        @Override
        public @Nullable Version version() {
            return null;
        }

        @Override
        public String name() {
            return repeatable.label();
        }

        @Override
        public String description() {
            return repeatable.description();
        }

        @Override
        public Script script() {
            return repeatable.script();
        }

        @Override
        public Direction direction() {
            return Direction.UP;
        }

        @Override
        public boolean resumed() {
            return !known.isEmpty();
        }
    }
}
