package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.source.Checksum;
import java.util.UUID;

/** Names of archives that every file system takes, whatever tables are called. */
final class Files {
    private static final int LONGEST = 80;

    private Files() {}

    /** Table, run and what of it. */
    static String name(ObjectName table, UUID run, String part) {
        String plain = table.toString().replaceAll("[^A-Za-z0-9._-]", "_");
        String cut = plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
        // two tables whose names look alike here do not meet
        String own = cut.equals(table.toString())
                ? cut
                : cut + "-"
                        + Checksum.of(table.quoted())
                                .value()
                                .replaceFirst("^.*:", "")
                                .substring(0, 8);
        return own + "." + run.toString().substring(0, 8) + "." + part + ".jsonl";
    }
}
