package dev.lockkeeper.apply;

import static dev.lockkeeper.apply.Resolution.EQ;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clears away what a statement has left half-done. It runs as the login itself where that has the rights of the owner, else
 * as the owner, because that is whom a script must have been, or have had the rights of, to make it.
 */
record Cleanup(Session own, Indexes indexes) {

    /**
     * Drops invalid indexes of a statement that is over.
     *
     * @return null when they are gone; else why they are still there
     */
    Settled.@Nullable Unknown drop(List<Indexes.Index> invalid) {
        List<Long> tables =
                invalid.stream().map(Indexes.Index::table).distinct().toList();
        List<String> builders = invalid.isEmpty() ? List.of() : indexes.builders(tables);
        if (!builders.isEmpty()) {
            return new Settled.Unknown(
                    "index " + invalid.get(0).path() + " is not valid, and session " + String.join(", ", builders)
                            + " builds an index of its table at this moment",
                    "run the same command again when that session has ended");
        }
        for (Indexes.Index index : invalid) {
            // it may have been dropped since
            Settled.Unknown refused = run(index.table(), "drop index concurrently if exists " + index.path());
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    /**
     * Runs one statement with the rights of a relation's owner.
     *
     * @return null when it went well; else why not
     * @throws SqlFailure when the connection is lost or a lock is not to be had in time
     */
    Settled.@Nullable Unknown run(long relation, String sql) {
        List<@Nullable String[]> owner =
                own.query("select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)),"
                        + " pg_catalog.pg_has_role(c.relowner, 'USAGE') from pg_catalog.pg_class c where c.oid" + EQ
                        + relation
                        + "::pg_catalog.oid");
        String role = owner.isEmpty() || Indexes.yes(owner.get(0)[1]) ? null : owner.get(0)[0];
        try {
            if (role != null) {
                own.execute("set role " + role);
            }
            own.alone(sql);
            return null;
        } catch (SqlFailure e) {
            // a lock is tried again
            if (e.connectionLost() || e.code() == Code.LOCK_NOT_AVAILABLE) {
                throw e;
            }
            return new Settled.Unknown(
                    "what it has left could not be cleared away: " + e.error().message(),
                    "run: " + sql + "; and run the same command again");
        } finally {
            if (role != null) {
                reset();
            }
        }
    }

    /** A connection that was lost has no role to reset, and the first failure says so already. */
    private void reset() {
        try {
            own.execute("reset role");
        } catch (SqlFailure e) {
            if (!e.connectionLost()) {
                throw e;
            }
        }
    }
}
