package dev.lockkeeper.doctor;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.project.PoolDeclaration;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.project.Target;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database and what the project means to do there.
 *
 * @param session that looks; its statements wait and work only for seconds
 * @param others opens more sessions, which are closed again
 * @param record the schema of Lockkeeper's record
 * @param schemas those of the project's components, as far as it says
 * @param needs privileges beside those of the record and the schemas
 * @param roles who may do what in the environment
 * @param pools the connections of applications
 * @param tested the newest minor release that is known, by the major version
 * @param patience what the project says of how long statements of a run may take
 */
public record Patient(
        Target target,
        Session session,
        Supplier<Session> others,
        String record,
        List<String> schemas,
        List<Need> needs,
        Roles roles,
        List<PoolDeclaration> pools,
        Map<Integer, String> tested,
        Patience patience,
        Limits limits) {
    public Patient {
        schemas = List.copyOf(schemas);
        needs = List.copyOf(needs);
        pools = List.copyOf(pools);
        tested = Map.copyOf(tested);
    }

    /** The rows of one query; names in it mean what is in pg_catalog. */
    List<@Nullable String[]> rows(String sql) {
        return session.query(sql);
    }

    /** The one row of a query. */
    @Nullable
    String[] row(String sql) {
        return rows(sql).get(0);
    }
}
