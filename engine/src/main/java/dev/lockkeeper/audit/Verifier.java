package dev.lockkeeper.audit;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a chain: of a record, of files, or of both together. It computes every hash itself, and believes neither the database nor a
 * file.
 */
final class Verifier {
    private final List<ChainEntry> before;
    private final List<ChainEntry> entries;
    private final List<Violation> violations = new ArrayList<>();

    /** @param parts whose entries are one chain; an entry may be in several, the same in each */
    private Verifier(List<ChainFile> parts) {
        List<List<ChainEntry>> told = parts.stream()
                .map(ChainFile::before)
                .filter(rows -> !rows.isEmpty())
                .distinct()
                .toList();
        this.before = told.isEmpty() ? List.of() : told.get(0);
        if (told.size() > 1) {
            violations.add(new Violation(
                    0, "the rows from before the chain", "two of the parts tell them differently: one was edited"));
        }
        Map<Long, List<ChainEntry>> all = new TreeMap<>();
        for (ChainFile part : parts) {
            Set<Long> seen = new HashSet<>();
            for (ChainEntry entry : part.entries()) {
                List<ChainEntry> same = all.computeIfAbsent(entry.seq(), seq -> new ArrayList<>());
                // the number alone tells of one that was put beside another
                if (!seen.add(entry.seq()) || same.stream().noneMatch(entry::equals)) {
                    same.add(entry);
                }
            }
        }
        this.entries = all.values().stream().flatMap(List::stream).toList();
    }

    /** Verifies a record together with what was archived of it. */
    static Verdict of(ChainRecord record, List<Path> archives, Head.@Nullable Kept kept) {
        List<ChainFile> parts =
                new ArrayList<>(archives.stream().map(ChainFile::read).toList());
        parts.add(new ChainFile("", record.before(), record.entries()));
        Verifier verifier = new Verifier(parts);
        if (!archives.isEmpty()) {
            verifier.alone(record);
        }
        Replay replay = verifier.chain();
        verifier.violations.addAll(Comparison.of(replay, record.tables()));
        verifier.runs(replay, record);
        verifier.violations.addAll(record.guards());
        int rows = record.tables().values().stream().mapToInt(List::size).sum();
        return verifier.verdict(kept, record.runs(), rows);
    }

    /** What a file holds as well must not stand in for what is gone from the record itself: it is a chain without the files too. */
    private void alone(ChainRecord record) {
        violations.addAll(Links.of(record.entries(), record.before()));
        Head last = head(record.entries());
        long end = last == null ? 0 : last.seq();
        if (last != null && entries.get(entries.size() - 1).seq() > end) {
            violations.add(new Violation(
                    end + 1,
                    "the chain of the record",
                    "it ends with entry " + end + ", and a file has later ones: they were cut off"));
        }
    }

    /** Verifies files alone. */
    static Verdict of(List<Path> files, Head.@Nullable Kept kept) {
        Verifier verifier = new Verifier(files.stream().map(ChainFile::read).toList());
        Replay replay = verifier.chain();
        List<OpenRun> open = replay.open().stream()
                .map(begun -> new OpenRun(
                        String.valueOf(begun.run()),
                        begun.entry().component(),
                        begun.entry().action(),
                        false,
                        begun.entry().at()))
                .toList();
        return verifier.verdict(kept, open, 0);
    }

    private Replay chain() {
        violations.addAll(Links.of(entries, before));
        Replay replay = Replay.of(entries);
        violations.addAll(replay.violations());
        return replay;
    }

    /** A run that the chain knows as begun has a row, as long as it has not ended. */
    private void runs(Replay replay, ChainRecord record) {
        for (Replay.Begun begun : replay.open()) {
            if (record.runs().stream().noneMatch(run -> run.run().equals(begun.run()))) {
                violations.add(Violation.of(
                        begun.entry(),
                        "no entry ends run " + begun.run()
                                + ", and it is not among the runs that have not ended: its entry or"
                                + " its row was deleted or edited"));
            }
        }
        for (OpenRun run : record.runs()) {
            if (!replay.runs().contains(run.run())) {
                violations.add(new Violation(
                        0,
                        "run " + run.run() + " (" + run.command() + " of " + run.component() + ")",
                        "it has not ended by its row, and no entry begins it or one has ended it: one was deleted, or the row"
                                + " was edited"));
            }
        }
    }

    private Verdict verdict(Head.@Nullable Kept kept, List<OpenRun> open, int rows) {
        long archived = 0;
        ChainEntry archive = Links.archive(entries);
        Payload payload = archive == null ? null : Payload.read(archive.payload());
        if (payload != null && !Replay.isWhole(entries, payload.number("to"))) {
            archived = payload.number("to");
        }
        if (kept != null) {
            head(kept.head(), archived);
        }
        List<Violation> told = violations.stream()
                .distinct()
                .sorted(Comparator.comparingLong(Violation::seq))
                .toList();
        return new Verdict(told, open, entries.size() + before.size(), rows, archived, head(entries), kept);
    }

    /** The head of a chain; null when it has no entry. */
    static @Nullable Head head(List<ChainEntry> entries) {
        if (entries.isEmpty()) {
            return null;
        }
        ChainEntry last = entries.get(entries.size() - 1);
        return new Head(
                record(entries), String.valueOf(last.target()), last.seq(), String.valueOf(last.hash()), last.at());
    }

    /** The name that the record got with its first entry; empty when that is not at hand. */
    static String record(List<ChainEntry> entries) {
        Payload first = entries.get(0).seq() == 1 ? Payload.read(entries.get(0).payload()) : null;
        String name = first == null ? null : first.text("record");
        return name == null ? "" : name;
    }

    private void head(Head head, long archived) {
        String what = "the head of entry " + head.seq();
        if (entries.isEmpty()) {
            violations.add(new Violation(head.seq(), what, "the chain has no entry any more"));
            return;
        }
        String record = record(entries);
        if (!record.isEmpty() && !record.equals(head.record())) {
            violations.add(new Violation(
                    1,
                    what,
                    "it is of record " + head.record() + ", and this is " + record
                            + ": the chain was begun anew, or it is another record"));
            return;
        }
        long last = entries.get(entries.size() - 1).seq();
        if (last < head.seq()) {
            violations.add(new Violation(
                    last + 1, what, "the chain ends with entry " + last + ": the entries after it were cut off"));
            return;
        }
        String hash = entries.stream()
                .filter(entry -> entry.seq() == head.seq())
                .map(ChainEntry::hash)
                .findFirst()
                .orElse(null);
        if (hash == null && head.seq() <= archived) {
            throw Problem.of(Code.AUDIT_UNKNOWN, "entry " + head.seq() + " of the head is archived")
                    .because(
                            "what it was is told by an entry that came after the head, and by nothing else without the archive")
                    .help("name the file of the archive: --with FILE")
                    .asException();
        }
        if (!head.hash().equals(hash)) {
            violations.add(new Violation(
                    head.seq(),
                    what,
                    "entry " + head.seq() + " has another hash: the chain was written anew from there or before"));
        }
    }
}
