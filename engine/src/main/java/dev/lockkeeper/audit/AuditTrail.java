package dev.lockkeeper.audit;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.history.HistoryTable;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit chain of the record of one database. */
public final class AuditTrail {
    private final Session session;
    private final HistoryTable table;

    /** @param session is not closed by it, and not to be in a transaction */
    public AuditTrail(Session session, HistoryTable table) {
        this.session = session;
        this.table = table;
    }

    /**
     * Which entries are asked for.
     *
     * @param component null for all
     * @param action a word such as {@code apply}, which also asks for entries of its end; null for all
     * @param since the earliest, ISO 8601 in UTC; null for all
     * @param trace the id of a trace, of whose runs the entries are, and of whose plans what was kept; null for all
     * @param limit how many at most
     */
    public record Filter(
            @Nullable String component,
            @Nullable String action,
            @Nullable String since,
            @Nullable String trace,
            int limit) {}

    /**
     * The newest entries, the newest first.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code audit-unknown} when there is no chain, {@code history-newer}, {@code
     *     history-hidden}
     */
    public List<ChainEntry> log(Filter filter) {
        String component = filter.component();
        String action = filter.action();
        String since = filter.since();
        String trace = filter.trace();
        return ChainRecord.log(
                session,
                table,
                (component == null ? "" : " and component = " + literal(component))
                        + (action == null ? "" : " and starts_with(action, " + literal(action) + ")")
                        + (since == null ? "" : " and done_at >= " + literal(since) + "::timestamptz")
                        + (trace == null ? "" : " and " + table.audit().ofTrace(trace)),
                filter.limit());
    }

    /**
     * Verifies the chain, the tables that it explains, and a head that was kept elsewhere. Changes nothing.
     *
     * @param archives files of what was archived; may be empty
     * @throws dev.lockkeeper.problem.LockkeeperException {@code audit-unknown} when it cannot be told
     */
    public Verdict verify(List<Path> archives, Head.@Nullable Kept kept) {
        return Verifier.of(ChainRecord.read(session, table), archives, kept);
    }

    /** The same for files alone, of one chain; needs no database. */
    public static Verdict verifyFiles(List<Path> files, Head.@Nullable Kept kept) {
        return Verifier.of(files, kept);
    }

    /** The last entry; null when there is none. */
    public @Nullable Head head() {
        return Verifier.head(ChainRecord.read(session, table).entries());
    }

    /**
     * Writes all entries of the record to a file.
     *
     * @return how many
     */
    public int export(Path file) {
        ChainRecord record = ChainRecord.read(session, table);
        String name = record.entries().isEmpty() ? "" : Verifier.record(record.entries());
        NewFile.write(file, new ChainFile(name, record.before(), record.entries()).text());
        return record.before().size() + record.entries().size();
    }

    /**
     * Moves the entries before a time to a file, see {@link Archiver}.
     *
     * @param before ISO 8601 in UTC
     * @param reason why, in the words of a person
     * @return the number of the first, of the last, and how many
     */
    public Archiver.Archived archive(String before, Path file, String reason) {
        return new Archiver(session, table).archive(ChainRecord.read(session, table), before, file, reason);
    }
}
