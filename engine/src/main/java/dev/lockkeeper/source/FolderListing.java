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
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which files of a folder belong together as migrations, and which belong nowhere. */
record FolderListing(Convention convention, List<Pair> pairs, List<Problem> warnings, List<Problem> errors) {
    /** The files of one migration. */
    record Pair(
            Version version,
            String description,
            Path up,
            @Nullable Path down) {}

    static FolderListing of(Folder folder) {
        Path root = folder.path();
        if (!Files.isDirectory(root)) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder of migrations does not exist")
                    .at(Place.of(ScriptReader.display(root)))
                    .help("create it, or correct migrations: in lockkeeper.yaml")
                    .asException();
        }
        List<Path> files = sqlFiles(root);
        Convention convention = folder.convention() == null ? ConventionFinder.find(root, files) : folder.convention();
        return new Collector(root, convention).collect(files);
    }

    /** Every .sql file below the folder, hidden ones left out, in the order of their names. */
    private static List<Path> sqlFiles(Path root) {
        List<Path> files = new ArrayList<>();
        try {
            collect(root, Set.of(), files);
        } catch (IOException | DirectoryIteratorException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder of migrations cannot be listed: " + e.getMessage())
                    .at(Place.of(ScriptReader.display(root)))
                    .help("make it readable for this user")
                    .asException(e);
        }
        Collections.sort(files);
        return files;
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

    /** Whether a file lies in the folder itself and in no folder below it. */
    static boolean isDirectlyIn(Path root, Path file) {
        return root.relativize(file).getNameCount() == 1;
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

    /** Sorts files into ups, downs and strays. */
    private static final class Collector {
        private final Path root;
        private final Convention convention;
        private final TreeMap<Version, Path> ups = new TreeMap<>();
        private final TreeMap<Version, String> descriptions = new TreeMap<>();
        private final TreeMap<Version, Path> downs = new TreeMap<>();
        private final List<Problem> warnings = new ArrayList<>();
        private final List<Problem> errors = new ArrayList<>();

        Collector(Path root, Convention convention) {
            this.root = root;
            this.convention = convention;
        }

        FolderListing collect(List<Path> files) {
            Pattern down = convention.down();
            List<Path> rollbacks = new ArrayList<>();
            for (Path file : files) {
                boolean nested = !isDirectlyIn(root, file);
                if (convention == Convention.ROLLBACKS_FOLDER && inRollbackFolder(file)) {
                    rollbacks.add(file);
                } else if (nested && convention != Convention.FLYWAY) {
                    stray(file, "it lies in a sub-folder, and " + convention.key() + " reads only the folder itself");
                } else if (!(down != null && place(file, down, false)) && !place(file, convention.up(), true)) {
                    stray(file, strayReason(file));
                }
            }
            if (convention == Convention.ROLLBACKS_FOLDER) {
                rollbackFolders(root).stream()
                        .filter(folder -> !folder.startsWith(root))
                        .forEach(folder -> rollbacks.addAll(sqlFiles(folder)));
                for (Path file : rollbacks) {
                    if (!place(file, convention.rollbackFile(), false)) {
                        stray(file, "its name has no version");
                    }
                }
            }
            downs.forEach((version, file) -> {
                if (!ups.containsKey(version)) {
                    warnings.add(Problem.of(Code.DOWN_WITHOUT_UP, "there is no up script of version " + version)
                            .at(Place.of(ScriptReader.display(file)))
                            .help("add the up script, or remove this file"));
                }
            });
            List<Pair> pairs = ups.entrySet().stream()
                    .map(e -> new Pair(
                            e.getKey(), descriptions.getOrDefault(e.getKey(), ""), e.getValue(), downs.get(e.getKey())))
                    .toList();
            return new FolderListing(convention, pairs, List.copyOf(warnings), List.copyOf(errors));
        }

        private boolean place(Path file, Pattern pattern, boolean isUp) {
            String name = String.valueOf(file.getFileName());
            Matcher matcher = pattern.matcher(name);
            if (!matcher.matches()) {
                return false;
            }
            Version version = Version.parse(matcher.group("version")).orElseThrow();
            Path earlier = (isUp ? ups : downs).putIfAbsent(version, file);
            if (earlier != null) {
                errors.add(Problem.of(Code.DUPLICATE_VERSION, "version " + version + " is used twice")
                        .at(Place.of(ScriptReader.display(file)))
                        .because(ScriptReader.display(earlier) + " has the same version")
                        .help("give the newer of the two the next free version"));
            } else if (isUp) {
                String description = matcher.group("description");
                descriptions.put(version, description == null ? "" : description.replace('_', ' '));
            }
            return true;
        }

        private static boolean inRollbackFolder(Path file) {
            Path folder = file.getParent();
            return folder != null && Convention.ROLLBACK_FOLDERS.contains(String.valueOf(folder.getFileName()));
        }

        private static String strayReason(Path file) {
            String name = String.valueOf(file.getFileName());
            return name.startsWith("R__")
                    ? "repeatable scripts are not run by this version of Lockkeeper"
                    : name.endsWith(".sql")
                            ? "its name has no version of this convention"
                            : "its name does not end in .sql in lower case";
        }

        private void stray(Path file, String reason) {
            warnings.add(
                    Problem.of(Code.FILE_UNMATCHED, "the file matches nothing of the convention " + convention.key())
                            .at(Place.of(ScriptReader.display(file)))
                            .because(reason)
                            .help("rename it, or move it out of the folder"));
        }
    }
}
