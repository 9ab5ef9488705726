package dev.lockkeeper.audit;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.history.AuditSql;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Moves the beginning of a chain into a file. What stays begins with an entry less, and holds, in the entry that tells of the archive,
 * the hash that it follows and what the tables held by then. The first entry and those that other commands read stay.
 */
public final class Archiver {
    /** The action of the entry that tells of an archive. */
    static final String ACTION = "archive";

    private static final Set<String> STAY = Set.of("record", "adopt", "baseline");

    private final Session session;
    private final HistoryTable table;

    Archiver(Session session, HistoryTable table) {
        this.session = session;
        this.table = table;
    }

    /**
     * Archives the entries before a time, up to the first that is younger and the first of a run that has not ended.
     *
     * @param before ISO 8601 in UTC, which sorts like the times of entries
     * @return what was archived
     * @throws dev.lockkeeper.problem.LockkeeperException {@code audit-unknown} when the chain is not intact or there is nothing to
     *     archive, {@code file-exists}, {@code file-unreadable}, {@code history-hidden} for a user who does not own the table
     */
    Archived archive(ChainRecord record, String before, Path file, String reason) {
        Verdict verdict = Verifier.of(record, List.of(), null);
        if (!verdict.violations().isEmpty()) {
            throw Problem.of(Code.AUDIT_UNKNOWN, "a chain that is not intact is not archived")
                    .because(verdict.violations().get(0).toString())
                    .help("lockkeeper audit verify shows all that is wrong with it")
                    .asException();
        }
        List<ChainEntry> entries = record.entries();
        long done = verdict.archived();
        Replay whole = Replay.of(entries);
        long young = entries.stream()
                .filter(entry -> entry.seq() > done && entry.at().compareTo(before) >= 0)
                .mapToLong(ChainEntry::seq)
                .min()
                .orElse(Long.MAX_VALUE);
        long open = whole.open().stream()
                .mapToLong(begun -> begun.entry().seq())
                .min()
                .orElse(Long.MAX_VALUE);
        long end =
                Math.min(Math.min(young, open), entries.get(entries.size() - 1).seq() + 1);
        List<ChainEntry> moved = entries.stream()
                .filter(entry -> entry.seq() > done && entry.seq() < end)
                .toList();
        if (moved.stream().allMatch(entry -> STAY.contains(entry.action()))) {
            throw Problem.of(Code.AUDIT_UNKNOWN, "there is nothing to archive before " + before)
                    .because("the first entry, those of adopt and baseline, and runs that have not ended stay")
                    .help("lockkeeper audit log shows the times of the entries")
                    .asException();
        }
        List<ChainEntry> known =
                entries.stream().filter(entry -> entry.seq() < end).toList();
        String text = new ChainFile(Verifier.record(entries), done == 0 ? record.before() : List.of(), moved).text();
        long to = moved.get(moved.size() - 1).seq();
        List<ChainEntry> kept =
                known.stream().filter(entry -> STAY.contains(entry.action())).toList();
        String payload = payload(moved, kept, Replay.of(known, Links.archive(entries)), ChainEntry.sha256(text));
        NewFile.write(file, text);
        take(file, to, kept, payload, reason);
        return new Archived(moved.get(0).seq(), to, moved.size());
    }

    /**
     * What was archived.
     *
     * @param from the number of the first entry
     * @param to the number of the last
     */
    public record Archived(long from, long to, int entries) {}

    private void take(Path file, long to, List<ChainEntry> kept, String payload, String reason) {
        AuditSql sql = table.audit();
        String stay = kept.stream().map(entry -> Long.toString(entry.seq())).collect(Collectors.joining(", "));
        boolean done = false;
        boolean lost = false;
        try {
            // the entry first: it takes the number after the last one, which may go
            session.execute(sql.alone() + ";" + sql.entry(null, ACTION, reason, null, literal(payload)) + ";"
                    + sql.taken(to, stay));
            done = true;
        } catch (SqlFailure e) {
            lost = e.connectionLost();
            if (lost) {
                throw e.problem("the connection was lost while the entries were taken out of the record")
                        .note("kept: the file, in case that they are out of it: lockkeeper audit verify tells")
                        .asException(e);
            }
            throw table.unwritable(e);
        } finally {
            if (!done && !lost) {
                remove(file);
            }
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the file of the archive cannot be removed: " + e.getMessage())
                    .at(Place.of(file.toString()))
                    .help("remove it: nothing was archived")
                    .asException(e);
        }
    }

    private static String payload(List<ChainEntry> moved, List<ChainEntry> kept, Replay state, String digest) {
        ChainEntry last = moved.get(moved.size() - 1);
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            out.writeNumberProperty("from", moved.get(0).seq());
            out.writeNumberProperty("to", last.seq());
            out.writeNumberProperty("count", moved.size());
            out.writeStringProperty("hash", String.valueOf(last.hash()));
            out.writeStringProperty("file_sha256", digest);
            out.writeArrayPropertyStart("kept");
            for (ChainEntry entry : kept) {
                out.writeStartObject();
                out.writeNumberProperty("seq", entry.seq());
                out.writeStringProperty("hash", String.valueOf(entry.hash()));
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeObjectPropertyStart("state");
            out.writeArrayPropertyStart("runs");
            state.runs().forEach(out::writeString);
            out.writeEndArray();
            for (AuditedTable table : AuditedTable.values()) {
                out.writeArrayPropertyStart(table.key());
                state.of(table).values().forEach(row -> row(out, row.values()));
                out.writeEndArray();
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        return text.toString();
    }

    private static void row(JsonGenerator out, Map<String, Object> values) {
        out.writeStartObject();
        values.forEach((name, value) -> {
            if (value instanceof List<?> items) {
                out.writeArrayPropertyStart(name);
                items.forEach(item -> out.writeString(item.toString()));
                out.writeEndArray();
            } else {
                out.writeStringProperty(name, value.toString());
            }
        });
        out.writeEndObject();
    }
}
