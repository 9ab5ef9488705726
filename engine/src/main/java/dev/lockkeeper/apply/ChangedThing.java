package dev.lockkeeper.apply;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.sql.Effect;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a statement has done to a database, tablespace or subscription. The catalog changes at the end of each of these
 * statements, at once, so nothing is ever half there; a database that was half dropped refuses connections, and is dropped
 * by the statement when it runs again.
 */
record ChangedThing(Effect effect, Concern concern, Session own) {
    Settled settle(boolean failed) {
        Fact before = concern.the(Fact.Role.THING);
        if (effect instanceof Effect.Created created) {
            // it was refused if the name was taken; and another run is refused if it is taken by now
            return before != null || failed || named(created.thing(), created.name()) == null
                    ? new Settled.Again()
                    : new Settled.Done();
        }
        if (before == null) {
            return new Settled.Again();
        }
        if (effect instanceof Effect.Dropped dropped) {
            String now = name(dropped.thing(), before.oid());
            return now == null
                    ? new Settled.Done()
                    : now.equals(before.name())
                            ? new Settled.Again()
                            : Settlement.renamed(word(dropped.thing()), before.name(), now);
        }
        String now = name(Effect.Thing.DATABASE, before.oid());
        if (now == null) {
            return failed
                    ? new Settled.Again()
                    : Settlement.unknown("database " + before.name() + " is not there any more");
        }
        return isMoved(before)
                ? new Settled.Done()
                : now.equals(before.name()) ? new Settled.Again() : Settlement.renamed("database", before.name(), now);
    }

    Optional<Flaw> verify() {
        Fact before = concern.the(Fact.Role.THING);
        if (effect instanceof Effect.Created created && named(created.thing(), created.name()) == null) {
            return Optional.of(new Flaw(
                    word(created.thing()) + " " + created.name() + " was not made",
                    "it is not there after the statement",
                    "run the same command again"));
        }
        if (effect instanceof Effect.Dropped dropped && before != null && name(dropped.thing(), before.oid()) != null) {
            return Optional.of(new Flaw(
                    word(dropped.thing()) + " " + before.name() + " was not dropped",
                    "it is still there after the statement",
                    "run the same command again"));
        }
        if (effect instanceof Effect.DatabaseMoved && before != null && !isMoved(before)) {
            return Optional.of(new Flaw(
                    "database " + before.name() + " was not moved",
                    "it is not in the wanted tablespace after the statement",
                    "run the same command again"));
        }
        return Optional.empty();
    }

    private boolean isMoved(Fact database) {
        Fact goal = concern.the(Fact.Role.GOAL);
        List<@Nullable String[]> rows = own.query(
                "select d.dattablespace from pg_catalog.pg_database d where d" + Settlement.at(database.oid()));
        return goal != null && !rows.isEmpty() && Indexes.number(rows.get(0)[0]) == goal.oid();
    }

    /** What is called so now; a name without a schema means the same in every session. */
    private @Nullable String named(Effect.Thing thing, String name) {
        List<@Nullable String[]> rows = own.query(Resolution.thing(thing, name));
        return rows.isEmpty() ? null : rows.get(0)[3];
    }

    /** How the thing of that OID is called now; null when it is gone. */
    private @Nullable String name(Effect.Thing thing, long oid) {
        String sql = switch (thing) {
            case DATABASE -> "select t.datname from pg_catalog.pg_database t";
            case TABLESPACE -> "select t.spcname from pg_catalog.pg_tablespace t";
            case SUBSCRIPTION -> "select t.subname from pg_catalog.pg_subscription t";
        };
        List<@Nullable String[]> rows = own.query(sql + " where t" + Settlement.at(oid));
        return rows.isEmpty() ? null : rows.get(0)[0];
    }

    private static String word(Effect.Thing thing) {
        return thing.name().toLowerCase(Locale.ROOT);
    }
}
