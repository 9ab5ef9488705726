package dev.lockkeeper.source;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ways in which teams name migration files. */
public enum Convention {
    /** {@code V001__init.sql} with {@code U001__init.sql}, in any sub-folder. */
    FLYWAY(
            "flyway",
            "V(?<version>\\d+(?:[._]\\d+)*)(?:__(?<description>.*))?\\.sql",
            "U(?<version>\\d+(?:[._]\\d+)*)(?:__.*)?\\.sql"),
    /** {@code 1_init.up.sql} with {@code 1_init.down.sql}. */
    GOLANG_MIGRATE(
            "golang-migrate",
            "(?<version>\\d+)(?:[_-](?<description>.*))?\\.up\\.sql",
            "(?<version>\\d+)(?:[_-].*)?\\.down\\.sql"),
    /** {@code 001_init.sql} with the down script as a commented block at its end. */
    TRAILING_ROLLBACK("trailing-rollback", Convention.PLAIN, null),
    /** {@code 20250101_init.sql} with the down script in a folder {@code rollbacks} inside or beside. */
    ROLLBACKS_FOLDER("rollbacks-folder", Convention.PLAIN, null);

    private static final String PLAIN =
            "(?<version>\\d+)(?:[_-](?<description>(?:(?!\\.(?:up|down)\\.sql$).)*))?\\.sql";
    /** In a folder of rollbacks the version is the first number of the name, whatever words surround it. */
    private static final Pattern ROLLBACK_FILE =
            Pattern.compile("(?:(?:rollback|down|undo)[_-])?(?<version>\\d+)(?:[_.-].*)?\\.sql", Pattern.DOTALL);

    static final List<String> ROLLBACK_FOLDERS = List.of("rollbacks", "rollback");

    private final String key;
    private final Pattern up;
    private final @Nullable Pattern down;

    Convention(String key, String up, @Nullable String down) {
        this.key = key;
        this.up = Pattern.compile(up, Pattern.DOTALL);
        this.down = down == null ? null : Pattern.compile(down, Pattern.DOTALL);
    }

    /** The name that project files and command lines use. */
    public String key() {
        return key;
    }

    /** The convention of that name; empty when there is none. */
    public static Optional<Convention> named(String key) {
        return Arrays.stream(values()).filter(c -> c.key.equals(key)).findFirst();
    }

    /** All names, in a stable order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(Convention::key).toList();
    }

    Pattern up() {
        return up;
    }

    /** What down scripts beside the up scripts are called; null when they are not beside them. */
    @Nullable
    Pattern down() {
        return down;
    }

    Pattern rollbackFile() {
        return ROLLBACK_FILE;
    }

    /** The version of the first migration: a number, or the time where the convention's users write the time. */
    public String firstVersion(Clock clock) {
        return switch (this) {
            case FLYWAY, TRAILING_ROLLBACK -> "001";
            case GOLANG_MIGRATE, ROLLBACKS_FOLDER -> Version.timestamp(clock, 12);
        };
    }

    /** The files of a new migration in a folder: up and down script, or one file that holds both. */
    public List<Path> newFiles(Path folder, String version, String slug) {
        return switch (this) {
            case FLYWAY ->
                List.of(
                        folder.resolve("V" + version + "__" + slug + ".sql"),
                        folder.resolve("U" + version + "__" + slug + ".sql"));
            case GOLANG_MIGRATE ->
                List.of(
                        folder.resolve(version + "_" + slug + ".up.sql"),
                        folder.resolve(version + "_" + slug + ".down.sql"));
            case TRAILING_ROLLBACK -> List.of(folder.resolve(version + "_" + slug + ".sql"));
            case ROLLBACKS_FOLDER -> {
                String name = version + "_" + slug + ".sql";
                Path rollbacks = FolderListing.rollbackFolders(folder).stream()
                        .findFirst()
                        .orElse(folder.resolve(ROLLBACK_FOLDERS.get(0)));
                yield List.of(folder.resolve(name), rollbacks.resolve(name));
            }
        };
    }
}
