package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.source.Checksum;

/** Names of archives that every file system takes, whatever tables are called. */
final class Files {
    private static final int LONGEST = 80;

    private Files() {}

    /** Table, owner, run and what of it. */
    static String name(ObjectName table, Evidence evidence, String part) {
        String plain = table.toString().replaceAll("[^A-Za-z0-9._-]", "_");
        String cut = plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
        // two tables whose names look alike here do not meet
        String own = cut.equals(table.toString()) ? cut : cut + "-" + digits(table.quoted());
        return own + "." + evidence.owner() + "." + evidence.run().toString().substring(0, 8) + "." + part + ".jsonl";
    }

    /** Whether a name is one of those that an owner gives. */
    static boolean isOf(String name, String owner) {
        return name.matches(".*\\." + owner + "\\.[0-9a-f]{8}\\.[0-9]+\\.jsonl");
    }

    /** Eight digits that stand for a text. */
    static String digits(String text) {
        return Checksum.of(text).value().replaceFirst("^.*:", "").substring(0, 8);
    }
}
