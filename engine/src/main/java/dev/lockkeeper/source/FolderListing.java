package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a folder belong together as migrations, and which belong nowhere.
 *
 * @param project what a list of the migrations calls all of them; null without one
 */
record FolderListing(
        Found found,
        @Nullable String project,
        List<Pair> pairs,
        SortedMap<String, ScriptFile> repeatables,
        List<Problem> warnings,
        List<Problem> errors) {
    /**
     * The convention of a folder.
     *
     * @param evidence why it was taken; null when it was named
     */
    record Found(Convention convention, @Nullable String evidence) {}

    /** The files of one migration. */
    record Pair(
            Version version,
            String description,
            ScriptFile up,
            @Nullable ScriptFile down) {}

    static FolderListing of(Folder folder) {
        List<ScriptFile> files = new ArrayList<>();
        for (Root root : folder.roots()) {
            if (!Files.isDirectory(root.path())) {
                throw Problem.of(Code.FILE_UNREADABLE, "the folder of migrations does not exist")
                        .at(Place.of(root.display()))
                        .help("create it, or correct migrations: in lockkeeper.yaml")
                        .asException();
            }
            files.addAll(sqlFiles(root, root.path()));
        }
        if (folder.roots().size() > 1) {
            files.sort((a, b) -> a.relative().toString().compareTo(b.relative().toString()));
        }
        Convention named = folder.convention();
        Found found = named == null ? ConventionFinder.find(folder.roots(), files) : new Found(named, null);
        return new Sorting(folder.roots(), found).of(files);
    }

    /** Every .sql file below the folder, hidden ones left out, in the order of their names. */
    static List<ScriptFile> sqlFiles(Root root, Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            collect(folder, Set.of(), files);
        } catch (IOException | DirectoryIteratorException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder of migrations cannot be listed: " + e.getMessage())
                    .at(Place.of(root.display(folder)))
                    .help("make it readable for this user")
                    .asException(e);
        }
        Collections.sort(files);
        return files.stream().map(file -> ScriptFile.of(root, file)).toList();
    }

    /** Follows links; asks for the attributes only of what its name does not tell. */
    private static void collect(Path folder, Set<Path> above, List<Path> files) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.startsWith(".")) {
                    continue;
                }
                // a folder of such a name counts too: reading it tells its user what is wrong
                if (name.toLowerCase(Locale.ROOT).endsWith(".sql")) {
                    files.add(entry);
                } else if (Files.isDirectory(entry)) {
                    Path real = folder.toRealPath();
                    if (above.contains(real)) {
                        throw new FileSystemLoopException(
                                ScriptReader.display(folder) + " is a link back to its parent");
                    }
                    Set<Path> path = new HashSet<>(above);
                    path.add(real);
                    collect(entry, path, files);
                }
            }
        }
    }

    /** The version with the hyphens of a date where the folders that are there have them. */
    static String spelledAsOthers(Path root, String version) {
        String[] names = root.toFile().list((folder, name) -> name.matches("\\d{4}-\\d\\d-\\d\\d-\\d{6}(?:_.*)?"));
        return names == null || names.length == 0
                ? version
                : version.replaceFirst("^(\\d{4})(\\d\\d)(\\d\\d)(\\d{6})$", "$1-$2-$3-$4");
    }

    /** What the patterns of a convention look at: the file's name, with its folder where each migration has one. */
    static String subject(Convention convention, ScriptFile file) {
        return switch (convention) {
            case DIRECTORIES, GOLANG_MIGRATE ->
                file.relative().getNameCount() == 2 ? file.relative().getName(0) + "/" + file.name() : file.name();
            default -> file.name();
        };
    }

    /** The files that lie as deep below the folder as the convention reads them. */
    static List<ScriptFile> deepEnough(Convention convention, List<ScriptFile> files) {
        List<ScriptFile> direct =
                files.stream().filter(FolderListing::isDirectlyIn).toList();
        return switch (convention) {
            case FLYWAY -> files;
            case DIRECTORIES -> inFolders(files);
            case GOLANG_MIGRATE -> {
                Set<Path> folders = inFolders(files).stream()
                        .filter(file -> isUp(convention, file))
                        .map(file -> file.relative().getName(0))
                        .collect(Collectors.toSet());
                yield direct.stream().anyMatch(file -> isUp(convention, file))
                        ? direct
                        : Stream.concat(
                                        direct.stream(),
                                        inFolders(files).stream()
                                                .filter(file -> folders.contains(
                                                        file.relative().getName(0))))
                                .toList();
            }
            default -> direct;
        };
    }

    static boolean isUp(Convention convention, ScriptFile file) {
        return convention.up().matcher(subject(convention, file)).matches();
    }

    private static List<ScriptFile> inFolders(List<ScriptFile> files) {
        return files.stream()
                .filter(file -> file.relative().getNameCount() == 2)
                .toList();
    }

    /** Whether a file lies in the folder itself and in no folder below it. */
    static boolean isDirectlyIn(ScriptFile file) {
        return file.relative().getNameCount() == 1;
    }

    /** The folders of rollbacks inside a folder; if there is none, those beside it. */
    static List<Path> rollbackFolders(Path root) {
        List<Path> inside = Convention.ROLLBACK_FOLDERS.stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .toList();
        Path absolute = root.toAbsolutePath().normalize();
        Path logical = root.normalize().getParent();
        Path parent = logical == null ? absolute.getParent() : logical;
        if (!inside.isEmpty() || parent == null) {
            return inside;
        }
        return Convention.ROLLBACK_FOLDERS.stream()
                .map(parent::resolve)
                .filter(Files::isDirectory)
                .toList();
    }
}
