package dev.lockkeeper.analytics.judge;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Partitions of events that are foreign tables: their rows are on another server, whose writers leave no marks here, and the server gives them
 * no triggers that see rows of a statement (manual, "CREATE TRIGGER").
 */
final class ForeignPartitions {
    private ForeignPartitions() {}

    /** What keeps rollups from their events; empty when nothing does, and for tables that are not there. */
    static List<Problem> of(Session session, Rollup rollup) {
        List<Problem> problems = new ArrayList<>();
        for (@Nullable
        String[] row : session.query(Firing.members(rollup)
                + " select n.nspname, c.relname from member m join pg_class c on c.oid = m.oid join pg_namespace n on n.oid ="
                + " c.relnamespace where c.relkind = 'f' and c.relispartition"
                + " order by 1, 2")) {
            problems.add(Problem.of(
                            Code.ANALYTICS_UNFIT,
                            "partition " + new ObjectName(String.valueOf(row[0]), String.valueOf(row[1])) + " of "
                                    + rollup.source().name() + " is a foreign table")
                    .at(rollup.source().place())
                    .because("its rows are on another server, whose writers leave no marks here")
                    .help(
                            "compute its sums where its rows are, and detach it, or bring its rows into a partition of this"
                                    + " server"));
        }
        return problems;
    }
}
