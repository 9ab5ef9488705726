package dev.lockkeeper.apply;

import static dev.lockkeeper.apply.Resolution.EQ;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.sql.Effect;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the catalog what a statement has done that ran in no transaction, by the OIDs that the server resolved before
 * it started, and clears away what it has left half-done. A name that is not found proves nothing.
 *
 * <p>The session is one of ours, not that of the script. It gives way to others as scripts do, so that clearing away may have
 * to be tried again. No other runner and no earlier session of this one may be at work.
 */
final class Settlement {
    private static final String ASK = "look whether it took effect, say so with lockkeeper repair VERSION --as"
            + " statement-done or --as statement-undone, and run the same command again";

    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"]++|\"\")*+)\"");
    private static final Pattern SIMPLE = Pattern.compile("[a-z_][a-z0-9_$]*");

    private final Session own;
    private final Indexes indexes;
    private final Cleanup cleanup;

    Settlement(Session own) {
        this.own = own;
        this.indexes = new Indexes(own);
        this.cleanup = new Cleanup(own, indexes);
    }

    /** Whether it works in this session. */
    boolean isOf(Session session) {
        return own == session;
    }

    /**
     * Resolves what a statement concerns, immediately before it starts.
     *
     * @param work the session of the script, whose search_path and role give names their meaning
     * @throws dev.lockkeeper.database.SqlFailure where the server would refuse the statement for the same reason
     */
    static Concern resolve(ScriptSession work, Statement statement) {
        Effect effect = Effect.of(statement);
        String sql = Resolution.sql(effect);
        return Concern.of(effect, sql.isEmpty() ? List.of() : work.resolve(sql).get(0));
    }

    static Settled.Unknown unknown(String why) {
        return new Settled.Unknown(why, ASK);
    }

    /**
     * Settles a statement that was started and did not come back, or that failed.
     *
     * @param concern what the journal says; null when it says nothing or is not understood
     * @param failed whether the server is known to have refused it
     * @throws dev.lockkeeper.database.SqlFailure when the catalog cannot be asked
     */
    Settled settle(Statement statement, @Nullable Concern concern, boolean failed) {
        Effect effect = Effect.of(statement);
        if (effect instanceof Effect.Repeatable) {
            return new Settled.Again();
        }
        if (effect instanceof Effect.Unknown) {
            return unknown(
                    failed
                            ? "it may have committed a part of its work before the server refused it"
                            : "its effect cannot be told from the catalog");
        }
        if (concern == null || !concern.fits(effect)) {
            return unknown("its record does not say, in a form that this version understands, what it concerned");
        }
        if (effect instanceof Effect.IndexBuilt built) {
            return new BuiltIndex(built, concern, indexes, cleanup).settle(failed);
        }
        if (effect instanceof Effect.IndexDropped) {
            return dropped(concern);
        }
        if (effect instanceof Effect.IndexesRebuilt rebuilt) {
            return new RebuiltIndexes(rebuilt, concern, own, indexes, cleanup).settle();
        }
        if (effect instanceof Effect.PartitionDetached) {
            return new DetachedPartition(concern, own, cleanup).settle(failed);
        }
        return new ChangedThing(effect, concern, own).settle(failed);
    }

    /**
     * Looks at the effect of a statement that the server took without an error, before it is recorded.
     *
     * @return empty when the catalog shows it
     * @throws dev.lockkeeper.database.SqlFailure when the catalog cannot be asked
     */
    Optional<Flaw> verify(Statement statement, Concern concern) {
        Effect effect = Effect.of(statement);
        if (effect instanceof Effect.IndexBuilt built) {
            return new BuiltIndex(built, concern, indexes, cleanup).verify();
        }
        if (effect instanceof Effect.IndexDropped) {
            return Optional.ofNullable(concern.the(Fact.Role.DOOMED))
                    .map(index -> indexes.at(index.oid(), index.of()))
                    .map(index -> new Flaw(
                            "index " + index.path() + " was not dropped",
                            "it is still there after the statement",
                            "run the same command again"));
        }
        if (effect instanceof Effect.IndexesRebuilt rebuilt) {
            return new RebuiltIndexes(rebuilt, concern, own, indexes, cleanup).verify();
        }
        if (effect instanceof Effect.PartitionDetached) {
            return new DetachedPartition(concern, own, cleanup).verify();
        }
        return new ChangedThing(effect, concern, own).verify();
    }

    private Settled dropped(Concern concern) {
        Fact before = concern.the(Fact.Role.DOOMED);
        if (before == null) {
            // there was nothing to drop: refused, or passed over by IF EXISTS
            return new Settled.Again();
        }
        Indexes.@Nullable Index index = indexes.at(before.oid(), before.of());
        if (index == null) {
            Fact name = concern.the(Fact.Role.WANTED);
            // REINDEX CONCURRENTLY puts an index with another OID in its place
            return indexes.of(List.of(before.of())).stream()
                            .anyMatch(other -> name == null || other.name().equals(name.name()))
                    ? unknown("index " + before.name() + " is not the one that was there when it started: it was"
                            + " rebuilt or made anew since")
                    : new Settled.Done();
        }
        if (!index.usable() && before.mark().equals("valid")) {
            Settled.Unknown refused = cleanup.drop(List.of(index));
            return refused == null ? new Settled.Done() : refused;
        }
        return isSame(index.path(), before.name())
                ? new Settled.Again()
                : renamed("index", before.name(), index.path());
    }

    /**
     * Whether two names with their schemas are the same: the setting quote_all_identifiers, which a script may have changed,
     * puts quotes around those that need none.
     */
    static boolean isSame(String one, String other) {
        return bare(one).equals(bare(other));
    }

    private static String bare(String name) {
        return QUOTED.matcher(name)
                .replaceAll(part -> Matcher.quoteReplacement(
                        SIMPLE.matcher(part.group(1)).matches() ? part.group(1) : part.group()));
    }

    /** What was meant has another name now, so that the statement would not find it. */
    static Settled.Unknown renamed(String what, String before, String now) {
        return unknown(what + " " + before + " is called " + now + " since, so the statement would concern another");
    }

    /** For {@code oid} in a catalog whose key is called {@code oid}. */
    static String at(long oid) {
        return ".oid" + EQ + oid + "::pg_catalog.oid";
    }
}
