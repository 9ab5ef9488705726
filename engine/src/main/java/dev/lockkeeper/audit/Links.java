package dev.lockkeeper.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks whether entries are a chain: each whole, each after the one before, none missing but those that were archived. */
final class Links {
    static final String RECORD = "record";

    private final List<ChainEntry> entries;
    private final @Nullable ChainEntry archive;
    private final Payload archived;
    private final List<Violation> violations = new ArrayList<>();

    /** @param entries of the chain in their order, without rows from before it */
    private Links(List<ChainEntry> entries) {
        this.entries = entries;
        this.archive = archive(entries);
        Payload payload = archive == null ? null : Payload.read(archive.payload());
        this.archived = payload == null ? new Payload(Map.of()) : payload;
    }

    /** The newest entry that says what was archived; null when nothing was. */
    static @Nullable ChainEntry archive(List<ChainEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.action().equals(Archiver.ACTION))
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /**
     * What is wrong with a chain.
     *
     * @param entries in the order of their numbers
     * @param before the rows from before the chain, in the order of their ids
     */
    static List<Violation> of(List<ChainEntry> entries, List<ChainEntry> before) {
        Links links = new Links(entries);
        links.look();
        links.sealed(before);
        return links.violations;
    }

    private void look() {
        Map<Long, String> kept = new HashMap<>();
        archived.objects("kept").forEach(one -> kept.put(one.number("seq"), String.valueOf(one.text("hash"))));
        long to = archived.number("to");
        Set<Long> there = entries.stream().map(ChainEntry::seq).collect(Collectors.toSet());
        long tail = to + 1;
        while (there.contains(tail - 1)) {
            tail--;
        }
        ChainEntry last = null;
        for (ChainEntry entry : entries) {
            if (!entry.computed().equals(entry.hash())) {
                violations.add(Violation.of(
                        entry, "it does not have the hash that its content gives: it was edited or put here by hand"));
            }
            if (entry.action().equals(Archiver.ACTION) && !tellsOfAnArchive(entry)) {
                violations.add(Violation.of(
                        entry, "it does not tell what was archived as the command does: it was put in by hand"));
            }
            if (last != null && last.seq() == entry.seq()) {
                violations.add(Violation.of(entry, "there are two entries of this number: one was inserted"));
            } else if (last == null ? entry.seq() == 1 : last.seq() + 1 == entry.seq()) {
                follow(last, entry);
            } else if (archive != null && entry.seq() <= to + 1) {
                gap(entry, kept, to, tail);
            } else {
                missing(last == null ? 1 : last.seq() + 1, entry.seq() - 1);
            }
            if (entry.seq() == to && !String.valueOf(entry.hash()).equals(archived.text("hash"))) {
                violations.add(Violation.of(entry, "it is not the entry with which the archive ended"));
            }
            last = entry;
        }
        if (last == null) {
            violations.add(new Violation(0, "the chain", "it has no entry: all of it was deleted"));
        }
    }

    private static boolean tellsOfAnArchive(ChainEntry entry) {
        Payload payload = Payload.read(entry.payload());
        if (payload == null) {
            return false;
        }
        long from = payload.number("from");
        long to = payload.number("to");
        return from >= 1
                && from <= to
                && to < entry.seq()
                && Stream.of("hash", "file_sha256")
                        .allMatch(name -> String.valueOf(payload.text(name)).matches("[0-9a-f]{64}"))
                && payload.values().get("state") instanceof Payload;
    }

    private void follow(@Nullable ChainEntry last, ChainEntry entry) {
        String expected = last == null ? "" : String.valueOf(last.hash());
        if (!expected.equals(entry.prev())) {
            violations.add(Violation.of(
                    entry,
                    last == null
                            ? "it names an entry before it, and is the first"
                            : "it does not follow entry " + last.seq() + ": one of the two was replaced"));
        }
        if (last == null && !entry.action().equals(RECORD)) {
            violations.add(Violation.of(entry, "a chain begins with an entry of the action " + RECORD));
        }
    }

    /**
     * Of what was archived some entries stay; the first after it must follow it.
     *
     * @param tail the first of those that lead to the last archived one without a gap
     */
    private void gap(ChainEntry entry, Map<Long, String> kept, long to, long tail) {
        if (entry.seq() <= to) {
            String known = kept.get(entry.seq());
            if (known == null ? entry.seq() < tail : !known.equals(entry.hash())) {
                violations.add(Violation.of(entry, "it was archived, and is not what was kept of the archive"));
            }
        } else if (!String.valueOf(entry.prev()).equals(archived.text("hash"))) {
            violations.add(Violation.of(entry, "it does not follow the archive up to entry " + to));
        }
    }

    private void missing(long from, long to) {
        violations.add(new Violation(
                from,
                from == to ? "entry " + from : "entries " + from + " to " + to,
                "missing: deleted, or the order was changed"));
    }

    private void sealed(List<ChainEntry> before) {
        ChainEntry first = entries.isEmpty() || entries.get(0).seq() != 1 ? null : entries.get(0);
        Payload payload = first == null ? null : Payload.read(first.payload());
        if (payload == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        before.forEach(row -> text.append(row.sealed()));
        if (!ChainEntry.sha256(text.toString()).equals(payload.text("sealed_sha256"))) {
            violations.add(new Violation(
                    1,
                    "the rows from before the chain",
                    "they are not what entry 1 has sealed: it saw " + payload.text("sealed") + " rows, and there are "
                            + before.size()
                            + (before.isEmpty()
                                    ? ""
                                    : ", the last with id "
                                            + before.get(before.size() - 1).id())
                            + "; rows without a number were edited, deleted or inserted"));
        }
    }
}
