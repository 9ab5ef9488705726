package dev.lockkeeper.check;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * How a project wants files and objects to be named.
 *
 * @param file a regular expression for the name of a migration, in which YYYY, YYYYMMDD, YYYYMMDDHHMM and
 *     YYYYMMDDHHMMSS stand for a time and slug for words in small letters
 * @param objects regular expressions by kind, in which {@code <table>}, {@code <columns>} and {@code <references>} stand for
 *     names; a kind without one may be named as it likes
 */
public record Naming(String file, Map<Kind, String> objects) {
    /** What to give a name to. */
    public enum Kind {
        TABLE,
        COLUMN,
        INDEX,
        PRIMARY_KEY,
        FOREIGN_KEY,
        UNIQUE,
        CHECK,
        EXCLUSION,
        SEQUENCE,
        TRIGGER,
        VIEW,
        FUNCTION,
        TYPE;

        /** As it is told, and as a project file spells it with a hyphen. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** The parts of a time, the longest ones first. */
    private static final Pattern TIMES = Pattern.compile("YYYYMMDDHHMMSS|YYYYMMDDHHMM|YYYYMMDD|YYYY|slug");

    private static final String DAY = "(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])";
    private static final String MINUTE = "(?:[01]\\d|2[0-3])[0-5]\\d";
    private static final Map<String, String> MEANINGS = Map.of(
            "YYYYMMDDHHMMSS",
            DAY + MINUTE + "[0-5]\\d",
            "YYYYMMDDHHMM",
            DAY + MINUTE,
            "YYYYMMDD",
            DAY,
            "YYYY",
            "(?:19|20)\\d\\d",
            "slug",
            "[a-z0-9]+(?:[_-][a-z0-9]+)*");

    private static final String SMALL = "[a-z][a-z0-9_]*";

    /** Small letters, and the names that the server itself would give. */
    public static final Naming USUAL = new Naming(
            "YYYYMMDDHHMM_slug",
            Map.of(
                    Kind.TABLE, SMALL,
                    Kind.COLUMN, SMALL,
                    Kind.INDEX, "<table>_<columns>_(?:idx|key)\\d*",
                    Kind.PRIMARY_KEY, "<table>_pkey",
                    Kind.FOREIGN_KEY, "<table>_<columns>_fkey\\d*",
                    Kind.UNIQUE, "<table>_<columns>_key\\d*",
                    Kind.CHECK, "<table>_.*check\\d*",
                    Kind.EXCLUSION, "<table>_<columns>_excl\\d*",
                    Kind.SEQUENCE, ".*_seq\\d*",
                    Kind.TRIGGER, SMALL));

    /**
     * Tries all patterns.
     *
     * @throws PatternSyntaxException for what is no regular expression
     */
    public Naming {
        objects = Map.copyOf(new HashMap<>(objects));
        Pattern.compile(meaning(file));
        objects.values().forEach(pattern -> Pattern.compile(filled(pattern, "t", "c", "r")));
    }

    private static String meaning(String file) {
        return TIMES.matcher(file)
                .replaceAll(found -> Matcher.quoteReplacement(MEANINGS.getOrDefault(found.group(), "")));
    }

    /** Whether a migration may be called so, without the end of its file's name. */
    public boolean isFile(String name) {
        return Pattern.matches(meaning(file), name);
    }

    /** The pattern for a kind; a pattern for everything where the project has none. */
    public String pattern(Kind kind) {
        return objects.getOrDefault(kind, ".*");
    }

    /**
     * Whether an object may be called so. What is null fits everything.
     *
     * @param columns with commas between
     */
    public boolean fits(
            Kind kind, String name, @Nullable String table, @Nullable String columns, @Nullable String references) {
        return Pattern.compile(filled(pattern(kind), table, columns, references), Pattern.DOTALL)
                .matcher(name)
                .matches();
    }

    private static String filled(
            String pattern, @Nullable String table, @Nullable String columns, @Nullable String references) {
        return pattern.replace("<table>", quoted(table))
                .replace("<columns>", quoted(columns == null ? null : columns.replace(',', '_')))
                .replace("<references>", quoted(references));
    }

    private static String quoted(@Nullable String name) {
        return name == null ? ".*" : Pattern.quote(name);
    }
}
