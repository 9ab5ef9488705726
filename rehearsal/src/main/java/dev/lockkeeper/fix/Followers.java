package dev.lockkeeper.fix;

import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Names the migrations that follow others, as the convention of their folder wants it. */
final class Followers {
    private final Convention convention;
    private final String project;
    private final Clock clock;
    private final List<Version> taken = new ArrayList<>();
    private final Set<Path> paths = new HashSet<>();

    /**
     * @param project the name for a list of migrations
     * @param clock of the times in such a list
     */
    Followers(Migrations migrations, String project, Clock clock) {
        this.convention = migrations.convention();
        this.project = project;
        this.clock = clock;
        migrations.all().forEach(one -> taken.add(one.version()));
    }

    /** The files of a migration that follows another one; the first is its up script. */
    List<EditedFile> files(Migration original, MigrationFix.Follower follower) {
        Path up = Path.of(original.up().file());
        Path folder = parent(up);
        if (convention == Convention.DIRECTORIES || convention == Convention.SQITCH) {
            folder = parent(folder);
        }
        String version = version(original);
        List<Path> names = List.of();
        String slug = "";
        for (int number = 1; names.isEmpty() || names.stream().anyMatch(this::isTaken); number++) {
            slug = slug(original.description(), follower.suffix()) + (number == 1 ? "" : "_" + number);
            names = convention.newFiles(folder, version, slug);
        }
        paths.addAll(names);
        taken.add(Version.parse(
                        convention == Convention.SQL_MIGRATE
                                ? String.valueOf(names.get(0).getFileName())
                                : version)
                .orElseThrow());
        List<EditedFile> files = new ArrayList<>();
        String down = follower.down();
        if (names.size() == 1) {
            String content = down == null ? convention.upAlone(follower.up()) : convention.join(follower.up(), down);
            files.add(EditedFile.made(names.get(0), alike(content, follower.up())));
        } else {
            files.add(EditedFile.made(names.get(0), follower.up()));
            if (down != null) {
                files.add(EditedFile.made(names.get(1), down));
            }
        }
        convention
                .listed(folder, project, slug, clock, System.getProperty("user.name", ""))
                .ifPresent(listed -> {
                    String list = ScriptReader.read(listed.file());
                    files.add(new EditedFile(listed.file(), list, List.of(Edit.insert(list.length(), listed.text()))));
                });
        return files;
    }

    private String version(Migration original) {
        String version = convention.versionAfter(original.version(), taken);
        // a file in a numbered folder has the number within the folder
        return convention == Convention.GOLANG_MIGRATE
                ? Version.parse(version).orElseThrow().innermost().toString()
                : version;
    }

    private boolean isTaken(Path path) {
        return paths.contains(path) || Files.exists(path);
    }

    private static Path parent(Path path) {
        return Optional.ofNullable(path.getParent()).orElse(Path.of(""));
    }

    private static String slug(String description, String suffix) {
        String slug = description
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "_")
                .replaceAll("^_+|_+$", "");
        return slug.isEmpty() ? suffix : slug + "_" + suffix;
    }

    /** With the line ends of another text. */
    private static String alike(String text, String other) {
        return other.contains("\r\n") ? text.replace("\r\n", "\n").replace("\n", "\r\n") : text;
    }
}
