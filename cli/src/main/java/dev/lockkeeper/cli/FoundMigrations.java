package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Migrations that lie in a folder before it is a project.
 *
 * @param folder where they lie, from the folder of the project
 * @param settings what the tool that they were written for says of them
 */
record FoundMigrations(String folder, Migrations migrations, ToolSettings settings) {
    /** Where the usual tools and frameworks keep them. */
    private static final List<String> USUAL = List.of(
            "migrations",
            "db/migrations",
            "db/migration",
            "src/main/resources/db/migration",
            "src/main/resources/db/migrations",
            "supabase/migrations",
            "prisma/migrations",
            "db/changelog",
            "sql/migrations",
            "database/migrations",
            "sql",
            "scripts");

    private static final Pattern TOKEN = Pattern.compile("^\\$\\{([^}]+)}");

    /**
     * Looks where the tool's settings say, then in the usual places; empty when no SQL file lies there.
     *
     * @param convention how the files are named; null to find that out
     * @throws dev.lockkeeper.problem.LockkeeperException when files lie there that cannot be read as migrations
     */
    static Optional<FoundMigrations> in(Path project, ToolSettings settings, @Nullable Convention convention) {
        List<String> said = settings.folders().stream()
                .filter(name -> hasSql(project, name))
                .toList();
        if (said.size() > 1) {
            throw Problem.of(Code.USAGE, "migrations lie in several folders: " + String.join(", ", said))
                    .at(Place.of(ScriptReader.display(project.resolve(settings.file()))))
                    .because("a component has one folder, and their order among each other would be lost")
                    .help("put them into one folder, or write lockkeeper.yaml with a component for each")
                    .asException();
        }
        if (said.isEmpty() && !settings.folders().isEmpty()) {
            throw Problem.of(
                            Code.USAGE,
                            "there is no migration in SQL where " + settings.tool() + " looks: "
                                    + String.join(", ", settings.folders()))
                    .at(Place.of(ScriptReader.display(project.resolve(settings.file()))))
                    .help(
                            "write lockkeeper.yaml with migrations: FOLDER; changelogs in XML, YAML or JSON cannot be read")
                    .asException();
        }
        Stream<String> sqitch = settings.tool().equals("sqitch") ? Stream.of(".") : Stream.empty();
        Stream<String> usual = Stream.concat(sqitch, USUAL.stream()).filter(name -> hasSql(project, name));
        return Stream.concat(said.stream(), usual)
                .findFirst()
                .map(name -> new FoundMigrations(
                        name,
                        Migrations.read(new Folder("main", project.resolve(name), convention, Tokens.none())),
                        settings));
    }

    /** Other usual folders that hold files of SQL too. */
    List<String> others(Path project) {
        return USUAL.stream()
                .filter(name -> !name.startsWith(folder) && !folder.startsWith(name) && hasSql(project, name))
                .toList();
    }

    private static boolean hasSql(Path project, String name) {
        Path folder;
        try {
            folder = project.resolve(name);
        } catch (InvalidPathException e) {
            return false;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder, 4)) {
            return files.anyMatch(file -> file.toString().endsWith(".sql"));
        } catch (IOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder cannot be read: " + e.getMessage())
                    .at(Place.of(ScriptReader.display(folder)))
                    .asException(e);
        }
    }

    /** Whether a migration has no down script. */
    boolean lacksDowns() {
        return migrations.all().stream().anyMatch(migration -> migration.down() == null);
    }

    /** The tokens of the scripts, with the values that the tool's own settings give them; the others are null. */
    Map<String, @Nullable String> tokens() {
        Map<String, @Nullable String> tokens = new TreeMap<>();
        for (Problem warning : migrations.warnings()) {
            Matcher named = TOKEN.matcher(warning.message());
            if (warning.code() == Code.TOKEN_UNDECLARED && named.find()) {
                tokens.put(named.group(1), settings.tokens().get(named.group(1)));
            }
        }
        return tokens;
    }
}
