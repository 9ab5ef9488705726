package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the record is as Lockkeeper keeps it: the triggers that chain and guard its rows, and what its audit chain tells of them. */
public final class RecordGuards {
    private final HistoryTable record;

    public RecordGuards(HistoryTable record) {
        this.record = record;
    }

    /**
     * Looks, before an entry of the audit chain is made, whether the triggers that chain it and keep it are what they were made as. A
     * record of an older layout, whose triggers are others, is brought to this one.
     *
     * @throws LockkeeperException {@code history-unfit} when one is missing, disabled or altered
     */
    void require(Session session) {
        List<@Nullable String[]> altered = session.query(record.sql().unguarded());
        if (!altered.isEmpty() && record.layout(session) < RecordTables.LAYOUT) {
            record.create(session);
            altered = session.query(record.sql().unguarded());
        }
        if (!altered.isEmpty()) {
            throw problem(altered).note("kept: nothing").asException();
        }
    }

    private Problem problem(List<@Nullable String[]> altered) {
        String anew = "update " + identifier(record.schema())
                + ".about set layout = 2 has the next command that writes to the record make the triggers anew";
        return Problem.of(
                        Code.HISTORY_UNFIT,
                        "what guards the record was altered: "
                                + altered.stream()
                                        .map(row -> row[0] + ": " + row[1])
                                        .collect(Collectors.joining("; ")))
                .because("without it the audit chain has no entry of what is done, or rows of it can be changed")
                .help("find out who has done it, and look at lockkeeper audit verify; then "
                        + (altered.stream().anyMatch(row -> row[2] == null)
                                ? anew
                                : altered.stream()
                                        .map(row -> String.valueOf(row[2]))
                                        .collect(Collectors.joining("; "))));
    }

    /**
     * What of the triggers is not as it was made; empty when nothing, and where there is no record of this layout. Changes nothing.
     *
     * @throws LockkeeperException {@code history-hidden} when this user may not read it
     */
    public Optional<Problem> altered(Session session) {
        try {
            List<@Nullable String[]> altered =
                    isChained(session) ? session.query(record.sql().unguarded()) : List.of();
            return altered.isEmpty() ? Optional.empty() : Optional.of(problem(altered));
        } catch (SqlFailure e) {
            throw record.unreadable(e, session);
        }
    }

    private boolean isChained(Session session) {
        return record.exists(session) && record.layout(session) >= HistoryTable.FIRST_CHAINED;
    }

    /**
     * What somebody has done to the record: triggers that are not as they were made, and rows that are gone of which the audit chain tells.
     * Empty when nothing, and where there is no record of this layout. Changes nothing.
     *
     * @throws LockkeeperException {@code history-hidden} when this user may not read it, {@code history-foreign} when it is not whole
     */
    public List<Problem> damage(Session session) {
        if (record.read(session).about().layout() < HistoryTable.FIRST_CHAINED) {
            return List.of();
        }
        List<Problem> found = new ArrayList<>(altered(session).stream().toList());
        try {
            ToldRows told = new ToldRows(record.schema());
            Stream.of(AuditedTable.values())
                    .filter(one -> !one.actions().isEmpty())
                    .forEach(one -> told.missing(session, one).ifPresent(found::add));
            if (!record.hasRows(session)) {
                told.emptied(session, record.component()).ifPresent(found::add);
            }
            return found;
        } catch (SqlFailure e) {
            throw record.unreadable(e, session);
        }
    }
}
