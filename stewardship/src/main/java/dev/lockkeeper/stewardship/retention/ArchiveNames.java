package dev.lockkeeper.stewardship.retention;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.source.Checksum;
import java.util.UUID;

/** Names of archives that every file system takes, whatever tables are called. */
public final class ArchiveNames {
    /** What the names of files end with whose lines are rows. */
    static final String LINES = ".jsonl";
    /** What those of Parquet files end with. */
    public static final String PARQUET = ".parquet";

    private static final int LONGEST = 80;

    private ArchiveNames() {}

    /**
     * Table, owner, run and what of it.
     *
     * @param owner what {@link #owner} gives
     */
    public static String name(ObjectName table, String owner, UUID run, String part) {
        String plain = table.toString().replaceAll("[^A-Za-z0-9._-]", "_");
        String cut = plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
        // two tables whose names look alike here do not meet
        String own = cut.equals(table.toString()) ? cut : cut + "-" + digits(table.quoted());
        return own + "." + owner + "." + run.toString().substring(0, 8) + "." + part + LINES;
    }

    /** The same for a file of another form, such as {@code .parquet}. */
    public static String name(ObjectName table, String owner, UUID run, String part, String ending) {
        String name = name(table, owner, run, part);
        return name.substring(0, name.length() - LINES.length()) + ending;
    }

    /** Whether a name is one of those that an owner gives. */
    public static boolean isOf(String name, String owner) {
        return name.matches(".*\\." + owner + "\\.[0-9a-f]{8}\\.[0-9]+\\.(jsonl|parquet)");
    }

    /** What the names of archives of one component of one database have in common. */
    public static String owner(String site, String component) {
        return digits(site + "\n" + component);
    }

    /** Eight digits that stand for a text. */
    static String digits(String text) {
        return Checksum.of(text).value().replaceFirst("^.*:", "").substring(0, 8);
    }
}
