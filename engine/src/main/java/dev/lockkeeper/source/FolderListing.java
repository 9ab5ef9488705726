package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
        try (Stream<Path> found = Files.find(root, Integer.MAX_VALUE, FolderListing::isScript)) {
            return found.sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException | UncheckedIOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder of migrations cannot be listed: " + e.getMessage())
                    .at(Place.of(ScriptReader.display(root)))
                    .help("make it readable for this user")
                    .asException(e);
        }
    }

    private static boolean isScript(Path file, BasicFileAttributes attributes) {
        Path name = file.getFileName();
        return name != null
                && name.toString().endsWith(".sql")
                && !name.toString().startsWith(".")
                && !attributes.isDirectory()
                && !(attributes.isSymbolicLink() && Files.isDirectory(file));
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
                boolean nested = !root.equals(file.getParent());
                if (convention == Convention.ROLLBACKS_FOLDER && inRollbackFolder(file)) {
                    rollbacks.add(file);
                } else if (nested && convention != Convention.FLYWAY) {
                    stray(file, "it lies in a sub-folder, and " + convention.key() + " reads only the folder itself");
                } else if (!(down != null && place(file, down, downs)) && !place(file, convention.up(), ups)) {
                    stray(file, strayReason(file));
                }
            }
            if (convention == Convention.ROLLBACKS_FOLDER) {
                rollbacks.addAll(rollbacksBeside());
                for (Path file : rollbacks) {
                    if (!place(file, convention.rollbackFile(), downs)) {
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

        private boolean place(Path file, Pattern pattern, TreeMap<Version, Path> into) {
            String name = String.valueOf(file.getFileName());
            Matcher matcher = pattern.matcher(name);
            if (!matcher.matches()) {
                return false;
            }
            Version version = Version.parse(matcher.group("version")).orElseThrow();
            Path earlier = into.putIfAbsent(version, file);
            if (earlier != null) {
                errors.add(Problem.of(Code.DUPLICATE_VERSION, "version " + version + " is used twice")
                        .at(Place.of(ScriptReader.display(file)))
                        .because(ScriptReader.display(earlier) + " has the same version")
                        .help("give the newer of the two the next free version"));
            } else if (into == ups) {
                String description = matcher.group("description");
                descriptions.put(version, description == null ? "" : description.replace('_', ' '));
            }
            return true;
        }

        private static boolean inRollbackFolder(Path file) {
            Path folder = file.getParent();
            return folder != null && Convention.ROLLBACK_FOLDERS.contains(String.valueOf(folder.getFileName()));
        }

        private List<Path> rollbacksBeside() {
            Path parent = root.toAbsolutePath().getParent();
            boolean inside = Convention.ROLLBACK_FOLDERS.stream().anyMatch(f -> Files.isDirectory(root.resolve(f)));
            if (parent == null || inside) {
                return List.of();
            }
            Function<String, Path> sibling = name -> {
                Path logical = root.getParent();
                return logical == null ? parent.resolve(name) : logical.resolve(name);
            };
            return Convention.ROLLBACK_FOLDERS.stream()
                    .map(sibling)
                    .filter(Files::isDirectory)
                    .flatMap(folder -> sqlFiles(folder).stream())
                    .toList();
        }

        private static String strayReason(Path file) {
            String name = String.valueOf(file.getFileName());
            return name.startsWith("R__")
                    ? "repeatable scripts are not run by this version of Lockkeeper"
                    : "its name has no version of this convention";
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
