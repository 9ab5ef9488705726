package dev.lockkeeper.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ways in which teams name migration files. */
public enum Convention {
    /** {@code V001__init.sql} with {@code U001__init.sql}, in any sub-folder. */
    FLYWAY(
            "flyway",
            "V(?<version>\\d+(?:[._]\\d+)*)(?:__(?<description>.*))?\\.sql",
            "U(?<version>\\d+(?:[._]\\d+)*)(?:__.*)?\\.sql"),
    /**
     * {@code 1_init.up.sql} with {@code 1_init.down.sql}. Before the direction a name may say {@code .postgres}, which wins
     * over a file that names no database, and {@code .autocommit}, which asks for no transaction. {@code V0001.Init.up.sql} and, where
     * the folder itself has no such file, {@code 01_core/001_init.up.sql} are read so too; the version of the latter is 01.001.
     */
    GOLANG_MIGRATE(
            "golang-migrate",
            Convention.DIRECTED + "(?<description>.*?))?(?:\\.(?:postgres|postgresql))?(?:\\.autocommit)?\\.up\\.sql",
            Convention.DIRECTED + ".*)?\\.down\\.sql"),
    /**
     * {@code 2024-01-02-030405_init/up.sql} with {@code down.sql} beside it; {@code migration.sql} is an up script too. The
     * version is all digits before the underscore. A {@code metadata.toml} beside them may say {@code run_in_transaction = false}.
     */
    DIRECTORIES(
            "directories",
            Convention.DIRECTORY + "(?:[_-](?<description>.*))?/(?:up|migration)\\.sql",
            Convention.DIRECTORY + "(?:[_-].*)?/down\\.sql"),
    /** {@code 001_init.sql} with the down script as a commented block at its end. */
    TRAILING_ROLLBACK("trailing-rollback", Convention.PLAIN, null),
    /** {@code 20250101_init.sql} with the down script in a folder {@code rollbacks} inside or beside. */
    ROLLBACKS_FOLDER("rollbacks-folder", Convention.PLAIN, null),
    /** {@code 20250101_init.sql} with {@code -- migrate:up} and {@code -- migrate:down}. */
    DBMATE("dbmate", Marks.DBMATE, Convention.NUMBERED),
    /** {@code 00001_init.sql} with {@code -- +goose Up} and {@code -- +goose Down}. */
    GOOSE("goose", Marks.GOOSE, Convention.PLAIN),
    /**
     * {@code 20250101-init.sql} with {@code -- +migrate Up} and {@code -- +migrate Down}. The version is the name of the file, as in the
     * tool's table gorp_migrations, so that two files may begin with one number.
     */
    SQL_MIGRATE("sql-migrate", Marks.SQL_MIGRATE, "(?<version>\\d*[_-]?(?<description>.*)\\.sql)"),
    /** {@code 20250101_init.sql} with {@code -- //@UNDO} before the down script. */
    MYBATIS("mybatis", Marks.MYBATIS, Convention.PLAIN),
    /** {@code 1700000000000_init.sql} with {@code -- Up Migration} and {@code -- Down Migration}. */
    NODE_PG_MIGRATE("node-pg-migrate", Marks.NODE_PG_MIGRATE, Convention.PLAIN),
    /** {@code 001_init.sql} with {@code ---- create above / drop below ----} before the down script. */
    TERN("tern", Marks.TERN, Convention.PLAIN),
    /** {@code deploy/init.sql} with {@code revert/init.sql}, in the order of a {@code sqitch.plan} beside these folders. */
    SQITCH("sqitch", "(?<description>.*)\\.sql", null);

    /** The folder with its slash, a V before a number that a dot follows, the number, and the start of the name. */
    private static final String DIRECTED =
            "(?:(?<folder>\\d+)(?:[_-][^/]*)?/)?(?:V(?=\\d+\\.\\D))?(?<version>\\d+)(?:(?:[_-]|(?<=V\\d{1,99})\\.)";

    private static final String NAME = "(?<description>(?:(?!\\.(?:up|down)\\.sql$).)*)";
    private static final String PLAIN = "(?<version>\\d+)(?:[_-]" + NAME + ")?\\.sql";
    /** All that dbmate asks of a name is that it begins with a number. */
    private static final String NUMBERED = "(?<version>\\d+)[._-]?" + NAME + "\\.sql";
    /** As diesel reads it: all that stands before the first underscore. */
    private static final String DIRECTORY = "(?<version>\\d+(?:-\\d+)*)";
    /** In a folder of rollbacks the version is the first number of the name, whatever words surround it. */
    private static final Pattern ROLLBACK_FILE =
            Pattern.compile("(?:(?:rollback|down|undo)[_-])?(?<version>\\d+)(?:[_.-].*)?\\.sql", Pattern.DOTALL);

    private static final Pattern NO_TRANSACTION = Pattern.compile("(?m)^\\s*run_in_transaction\\s*=\\s*false\\b");

    static final List<String> ROLLBACK_FOLDERS = List.of("rollbacks", "rollback");

    private final String key;
    private final Pattern up;
    private final @Nullable Pattern down;
    private final @Nullable Marks marks;

    Convention(String key, String up, @Nullable String down) {
        this(key, up, down, null);
    }

    Convention(String key, Marks marks, String up) {
        this(key, up, null, marks);
    }

    Convention(String key, String up, @Nullable String down, @Nullable Marks marks) {
        this.key = key;
        this.up = Pattern.compile(up, Pattern.DOTALL);
        this.down = down == null ? null : Pattern.compile(down, Pattern.DOTALL);
        this.marks = marks;
    }

    /** The name that project files and command lines use. */
    public String key() {
        return key;
    }

    /** The convention of that name; empty when there is none. */
    public static Optional<Convention> named(String key) {
        return Arrays.stream(values()).filter(c -> c.key.equals(key)).findFirst();
    }

    /** The one that parts its files so. */
    static Convention of(Marks marks) {
        return Arrays.stream(values()).filter(c -> c.marks == marks).findFirst().orElseThrow();
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

    /** The comments that part up and down script within a file; null when they are not told apart by comments. */
    @Nullable
    Marks marks() {
        return marks;
    }

    /** The version of the first migration: a number, or the time where the convention's users write the time. */
    public String firstVersion(Clock clock) {
        return switch (this) {
            case FLYWAY, TRAILING_ROLLBACK, TERN -> "001";
            case GOLANG_MIGRATE, ROLLBACKS_FOLDER -> Version.timestamp(clock, 12);
            case DIRECTORIES, DBMATE, GOOSE, SQL_MIGRATE, MYBATIS -> Version.timestamp(clock, 14);
            case NODE_PG_MIGRATE -> Version.timestamp(clock, 13);
            case SQITCH -> "1";
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
            case DIRECTORIES -> {
                Path own = folder.resolve(FolderListing.spelledAsOthers(folder, version) + "_" + slug);
                yield List.of(own.resolve("up.sql"), own.resolve("down.sql"));
            }
            case SQL_MIGRATE -> List.of(folder.resolve(version + "-" + slug + ".sql"));
            case TRAILING_ROLLBACK, DBMATE, GOOSE, MYBATIS, NODE_PG_MIGRATE, TERN ->
                List.of(folder.resolve(version + "_" + slug + ".sql"));
            case SQITCH ->
                List.of(
                        folder.resolve("deploy").resolve(slug + ".sql"),
                        folder.resolve("revert").resolve(slug + ".sql"));
            case ROLLBACKS_FOLDER -> {
                String name = version + "_" + slug + ".sql";
                Path rollbacks = FolderListing.rollbackFolders(folder).stream()
                        .findFirst()
                        .orElse(folder.resolve(ROLLBACK_FOLDERS.get(0)));
                yield List.of(folder.resolve(name), rollbacks.resolve(name));
            }
        };
    }

    /**
     * What names a new migration in a file that lists all of them.
     *
     * @param text to append; the whole file where there is none yet
     */
    public record Listed(Path file, String text) {}

    /** The line of a new migration in the list of its convention; empty where the folder itself is the list. */
    public Optional<Listed> listed(Path folder, String project, String slug, Clock clock, String planner) {
        return this == SQITCH
                ? Optional.of(SqitchPlan.planned(folder.resolve(SqitchPlan.NAME), project, slug, clock, planner))
                : Optional.empty();
    }

    /** Up and down script as the one file of {@link #newFiles} holds them. */
    public String join(String upScript, String downScript) {
        if (marks != null) {
            return marks.join(upScript, downScript);
        }
        String block = downScript.lines().map(line -> "-- " + line).collect(Collectors.joining("\n"));
        return upScript + "\n-- ROLLBACK\n" + block + "\n";
    }

    /** A migration without a down script as the one file of {@link #newFiles} holds it. */
    public String upAlone(String upScript) {
        return marks == null ? upScript : marks.upAlone(upScript);
    }

    /** Whether a line comment is one of the marks by which the convention parts files. */
    public boolean isMark(String comment) {
        return marks != null && marks.isMark(comment);
    }

    /** Whether a mark says only where a statement begins or ends. */
    public boolean isMarkOfStatement(String comment) {
        return marks != null && marks.isMarkOfStatement(comment);
    }

    /**
     * The version of a migration that follows another one, spelled like it: the next number that none has; where it would come after
     * others and versions may have several numbers, one directly behind.
     *
     * @param taken the versions that are there
     */
    public String versionAfter(Version version, Collection<Version> taken) {
        String next = version.free(taken);
        Optional<Version> between = taken.stream()
                .filter(other -> other.compareTo(version) > 0)
                .min(Comparator.naturalOrder())
                .filter(first ->
                        this == FLYWAY && first.compareTo(Version.parse(next).orElseThrow()) < 0);
        String behind = version + ".1";
        return between.isPresent()
                        && between.get().compareTo(Version.parse(behind).orElseThrow()) > 0
                ? behind
                : next;
    }

    /** Whether the name of a file, or what lies beside it, asks for no transaction. */
    boolean declinesTransaction(ScriptFile file) {
        return switch (this) {
            case GOLANG_MIGRATE -> file.name().contains(".autocommit.");
            case DIRECTORIES -> {
                ScriptFile metadata = file.sibling("metadata.toml");
                yield Files.isRegularFile(metadata.path())
                        && NO_TRANSACTION.matcher(ScriptReader.read(metadata)).find();
            }
            default -> false;
        };
    }
}
