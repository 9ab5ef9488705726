package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.sql.Effect;
import dev.lockkeeper.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the catalog what an interrupted or failed statement has left, and clears it away. It looks with the
 * session of the script, whose search path and role the statement had. No other runner is at work meanwhile.
 */
final class Settlement {
    private final Session session;

    Settlement(Session session) {
        this.session = session;
    }

    /** How to go on with a statement. */
    enum Way {
        /** It took effect. */
        DONE,
        /** Nothing of it is left: run it. */
        AGAIN,
        /** The catalog does not tell. */
        UNKNOWN
    }

    /** Whether what the statement would make is there already, so that it is not its doing. */
    boolean isThereBefore(Statement statement) {
        return Effect.of(statement) instanceof Effect.IndexBuilt built
                && built.name() != null
                && !index(built.name(), built.table()).isEmpty();
    }

    /**
     * Settles a statement.
     *
     * @param failed whether the server is known to have refused it, so that it cannot have taken effect as a whole
     */
    Way settle(Statement statement, boolean failed) {
        Effect effect = Effect.of(statement);
        if (effect instanceof Effect.IndexBuilt built) {
            return built(built, failed);
        }
        if (effect instanceof Effect.IndexDropped dropped) {
            return !failed && isAbsent(dropped.name()) ? Way.DONE : Way.AGAIN;
        }
        if (effect instanceof Effect.IndexesRebuilt rebuilt) {
            dropCopies(rebuilt.relation());
            return Way.AGAIN;
        }
        if (effect instanceof Effect.PartitionDetached detached) {
            return detached(detached, failed);
        }
        return failed || effect instanceof Effect.Repeatable ? Way.AGAIN : Way.UNKNOWN;
    }

    private Way built(Effect.IndexBuilt built, boolean failed) {
        if (built.name() == null) {
            // the server chose the name: any invalid index of the table may be somebody else's
            return failed ? Way.AGAIN : Way.UNKNOWN;
        }
        for (@Nullable String[] index : index(built.name(), built.table())) {
            if ("t".equals(index[1])) {
                return failed ? Way.AGAIN : Way.DONE;
            }
            session.execute("drop index concurrently " + index[0]);
        }
        return Way.AGAIN;
    }

    /** The index of that name in the schema of the table, quoted, and whether it is valid. */
    private List<@Nullable String[]> index(String name, String table) {
        return session.query("select format('%I.%I', n.nspname, c.relname), i.indisvalid from pg_catalog.pg_class t"
                + " join pg_catalog.pg_class c on c.relnamespace = t.relnamespace"
                + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                + " join pg_catalog.pg_index i on i.indexrelid = c.oid where t.oid = pg_catalog.to_regclass("
                + literal(table) + ") and c.relname = (pg_catalog.parse_ident(" + literal(name) + "))[1]");
    }

    private boolean isAbsent(String relation) {
        return session.query("select 1 where pg_catalog.to_regclass(" + literal(relation) + ") is null")
                        .size()
                == 1;
    }

    private void dropCopies(@Nullable String relation) {
        String of = relation == null
                ? ""
                : " and i.indrelid in (select coalesce(x.indrelid, r.oid) from pg_catalog.pg_class r"
                        + " left join pg_catalog.pg_index x on x.indexrelid = r.oid where r.oid = pg_catalog.to_regclass("
                        + literal(relation) + "))";
        session.query("select format('drop index concurrently %I.%I', n.nspname, c.relname)"
                        + " from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid"
                        + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                        + " where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$' and n.nspname <> 'pg_toast'"
                        + of)
                .forEach(row -> session.execute(String.valueOf(row[0])));
    }

    private Way detached(Effect.PartitionDetached detached, boolean failed) {
        List<@Nullable String[]> found = session.query(
                "select inhdetachpending from pg_catalog.pg_inherits where inhrelid = pg_catalog.to_regclass("
                        + literal(detached.partition()) + ") and inhparent = pg_catalog.to_regclass("
                        + literal(detached.table()) + ")");
        if (found.isEmpty()) {
            return failed ? Way.AGAIN : Way.DONE;
        }
        if ("f".equals(found.get(0)[0])) {
            return Way.AGAIN;
        }
        session.execute("alter table " + detached.table() + " detach partition " + detached.partition() + " finalize");
        return Way.DONE;
    }
}
