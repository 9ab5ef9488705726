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
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which files of a folder belong together as migrations, and which belong nowhere. */
record FolderListing(
        Found found,
        List<Pair> pairs,
        SortedMap<String, Path> repeatables,
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
        Convention named = folder.convention();
        Found found = named == null ? ConventionFinder.find(root, files) : new Found(named, null);
        return new Collector(root, found).collect(files);
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

    /** The version with the hyphens of a date where the folders that are there have them. */
    static String spelledAsOthers(Path root, String version) {
        String[] names = root.toFile().list((folder, name) -> name.matches("\\d{4}-\\d\\d-\\d\\d-\\d{6}(?:_.*)?"));
        return names == null || names.length == 0
                ? version
                : version.replaceFirst("^(\\d{4})(\\d\\d)(\\d\\d)(\\d{6})$", "$1-$2-$3-$4");
    }

    /** What the patterns of a convention look at: the file's name, with its folder where each migration has one. */
    static String subject(Convention convention, Path root, Path file) {
        Path path = root.relativize(file);
        String name = String.valueOf(path.getFileName());
        return switch (convention) {
            case DIRECTORIES, GOLANG_MIGRATE -> path.getNameCount() == 2 ? path.getName(0) + "/" + name : name;
            default -> name;
        };
    }

    /** The files that lie as deep below the folder as the convention reads them. */
    static List<Path> deepEnough(Convention convention, Path root, List<Path> files) {
        List<Path> direct =
                files.stream().filter(file -> isDirectlyIn(root, file)).toList();
        return switch (convention) {
            case FLYWAY -> files;
            case DIRECTORIES -> inFolders(root, files);
            case GOLANG_MIGRATE -> {
                List<Path> folders = inFolders(root, files).stream()
                        .filter(file -> isUp(convention, root, file))
                        .map(Path::getParent)
                        .distinct()
                        .toList();
                yield direct.stream().anyMatch(file -> isUp(convention, root, file))
                        ? direct
                        : Stream.concat(
                                        direct.stream(),
                                        files.stream().filter(file -> folders.contains(file.getParent())))
                                .toList();
            }
            default -> direct;
        };
    }

    static boolean isUp(Convention convention, Path root, Path file) {
        return convention.up().matcher(subject(convention, root, file)).matches();
    }

    private static List<Path> inFolders(Path root, List<Path> files) {
        return files.stream()
                .filter(file -> root.relativize(file).getNameCount() == 2)
                .toList();
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
        /** Without its hyphens the number of such a date has fewer digits than others, and would come before all of them. */
        private static final Pattern UNPADDED = Pattern.compile("\\d{4}-(?:\\d-\\d{1,2}|\\d{1,2}-\\d)(?:-\\d*)*");

        private static final String DIRECTION = ")(?:\\.autocommit)?\\.(?:up|down)\\.sql$";
        private static final Pattern REPEATABLE = Pattern.compile("R__(?<name>.+)\\.sql", Pattern.DOTALL);
        private static final Pattern CALLBACK = Pattern.compile(
                "(?:before|after)(?:Each)?(?:Migrate|Undo|Baseline|Clean|Info|Repair|Validate|Connect|Version)\\w*(?:__.*)?\\.sql"
                        + "|createSchema(?:__.*)?\\.sql");
        private static final Pattern FOR_POSTGRES = Pattern.compile("\\.(?:postgres|postgresql" + DIRECTION);
        private static final Pattern FOR_OTHERS = Pattern.compile(
                "\\.(?:mysql|mariadb|sqlite3?|cockroach(?:db)?|mssql|sqlserver|oracle|clickhouse" + DIRECTION);

        private final Path root;
        private final Found found;
        private final Convention convention;
        private final TreeMap<Version, Path> ups = new TreeMap<>();
        private final TreeMap<Version, String> descriptions = new TreeMap<>();
        private final TreeMap<Version, Path> downs = new TreeMap<>();
        private final TreeMap<String, Path> repeatables = new TreeMap<>();
        private final List<Path> ofOtherDatabases = new ArrayList<>();
        private final List<Problem> warnings = new ArrayList<>();
        private final List<Problem> errors = new ArrayList<>();

        Collector(Path root, Found found) {
            this.root = root;
            this.found = found;
            this.convention = found.convention();
        }

        FolderListing collect(List<Path> files) {
            Pattern down = convention.down();
            Set<Path> deepEnough = Set.copyOf(deepEnough(convention, root, files));
            List<Path> rollbacks = new ArrayList<>();
            for (Path file : files) {
                if (convention == Convention.ROLLBACKS_FOLDER && inRollbackFolder(file)) {
                    rollbacks.add(file);
                } else if (isRepeatable(file)) {
                    repeatable(file);
                } else if (!deepEnough.contains(file)) {
                    stray(
                            file,
                            convention == Convention.DIRECTORIES
                                    ? "directories reads only what lies in one folder per migration"
                                    : "it lies in a sub-folder, and " + convention.key()
                                            + " reads only the folder itself");
                } else if (convention == Convention.GOLANG_MIGRATE && isOfOtherDatabase(file)) {
                    ofOtherDatabases.add(file);
                } else if (isWithoutNumberAndMark(file)) {
                    stray(file, "it has neither a number nor a line -- +migrate Up");
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
            if (!ofOtherDatabases.isEmpty()) {
                warnings.add(Problem.of(
                                Code.FILE_UNMATCHED,
                                "files for other databases are left out: " + ofOtherDatabases.size())
                        .at(Place.of(ScriptReader.display(ofOtherDatabases.get(0))))
                        .because("their names say so before .up.sql or .down.sql")
                        .help("nothing to do, unless that word means something else; then rename them"));
            }
            downs.forEach((version, file) -> {
                if (!ups.containsKey(version)) {
                    warnings.add(Problem.of(Code.DOWN_WITHOUT_UP, "there is no up script of version " + version)
                            .at(Place.of(ScriptReader.display(file)))
                            .help("add the up script, or remove this file"));
                }
            });
            if (ups.isEmpty() && repeatables.isEmpty() && errors.isEmpty()) {
                refuseMisfits();
            }
            List<Pair> pairs = new ArrayList<>();
            ups.forEach((version, up) ->
                    pairs.add(new Pair(version, descriptions.getOrDefault(version, ""), up, downs.get(version))));
            return new FolderListing(found, pairs, repeatables, List.copyOf(warnings), List.copyOf(errors));
        }

        /** They lie in the folder itself, or where the convention reads sub-folders in any of them. */
        private boolean isRepeatable(Path file) {
            return REPEATABLE.matcher(String.valueOf(file.getFileName())).matches()
                    && (convention == Convention.FLYWAY || isDirectlyIn(root, file));
        }

        private void repeatable(Path file) {
            Matcher matcher = REPEATABLE.matcher(String.valueOf(file.getFileName()));
            String name = matcher.matches() ? matcher.group("name") : "";
            Path earlier = repeatables.putIfAbsent(name, file);
            if (earlier != null) {
                errors.add(Problem.of(Code.DUPLICATE_VERSION, "two repeatable scripts are called " + name)
                        .at(Place.of(ScriptReader.display(file)))
                        .because(ScriptReader.display(earlier) + " has the same name")
                        .help("rename one of them"));
            }
        }

        private boolean place(Path file, Pattern pattern, boolean isUp) {
            Matcher matcher = pattern.matcher(subject(convention, root, file));
            if (!matcher.matches()) {
                return false;
            }
            String spelled = matcher.group("version");
            if (UNPADDED.matcher(spelled).matches()) {
                errors.add(unpadded(file, spelled));
                return true;
            }
            Version version = version(matcher, spelled);
            TreeMap<Version, Path> placed = isUp ? ups : downs;
            Path earlier = placed.putIfAbsent(version, file);
            if (earlier != null && isForPostgres(earlier) != isForPostgres(file)) {
                // the names are sorted, so either of the two may come first
                placed.put(version, isForPostgres(file) ? file : earlier);
            } else if (earlier != null) {
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

        private Version version(Matcher matcher, String spelled) {
            String text = switch (convention) {
                case DIRECTORIES -> spelled.replace("-", "");
                case GOLANG_MIGRATE ->
                    matcher.group("folder") == null ? spelled : matcher.group("folder") + "." + spelled;
                default -> spelled;
            };
            return Version.parse(text).orElseThrow();
        }

        /** What sql-migrate would refuse: another tool's file, or one that belongs nowhere. */
        private boolean isWithoutNumberAndMark(Path file) {
            Marks marks = convention.marks();
            return convention == Convention.SQL_MIGRATE
                    && marks != null
                    && !String.valueOf(file.getFileName()).matches("(?s)\\d.*")
                    && !marks.occurIn(Sections.Part.of(file));
        }

        /** Where no file fits: that there is nothing to do would be told of a folder that was only misread. */
        private void refuseMisfits() {
            List<Problem> misfits = warnings.stream()
                    .filter(w -> w.code() == Code.FILE_UNMATCHED)
                    .toList();
            if (!misfits.isEmpty()) {
                errors.add(Problem.of(Code.CONVENTION_UNCLEAR, "no file fits the convention " + convention.key())
                        .at(Place.of(ScriptReader.display(root)))
                        .help("name another convention, or none: then the files tell it"));
                errors.addAll(misfits);
                warnings.removeAll(misfits);
            }
        }

        private static Problem unpadded(Path file, String date) {
            String[] parts = date.split("-", 4);
            String padded = parts[0] + "-" + ("0" + parts[1]).substring(parts[1].length() - 1) + "-"
                    + ("0" + parts[2]).substring(parts[2].length() - 1) + (parts.length > 3 ? "-" + parts[3] : "");
            return Problem.of(
                            Code.FILE_UNMATCHED,
                            "the date " + date + " is not a version: month and day need two digits")
                    .at(Place.of(ScriptReader.display(file)))
                    .because("as a number it would come before versions that are older")
                    .help("rename the folder so that its name begins with " + padded);
        }

        private boolean isForPostgres(Path file) {
            return convention == Convention.GOLANG_MIGRATE
                    && FOR_POSTGRES.matcher(String.valueOf(file.getFileName())).find();
        }

        private static boolean isOfOtherDatabase(Path file) {
            return FOR_OTHERS.matcher(String.valueOf(file.getFileName())).find();
        }

        private static boolean inRollbackFolder(Path file) {
            Path folder = file.getParent();
            return folder != null && Convention.ROLLBACK_FOLDERS.contains(String.valueOf(folder.getFileName()));
        }

        private static String strayReason(Path file) {
            String name = String.valueOf(file.getFileName());
            return name.endsWith(".sql")
                    ? "its name has no version of this convention"
                    : "its name does not end in .sql in lower case";
        }

        private void stray(Path file, String reason) {
            if (CALLBACK.matcher(String.valueOf(file.getFileName())).matches()) {
                warnings.add(Problem.of(
                                Code.FILE_UNMATCHED, "the file is named like a callback of Flyway and is not run")
                        .at(Place.of(ScriptReader.display(file)))
                        .because("what it did, such as giving rights after each migration, would no longer be done")
                        .help("make it a repeatable script, as R__NAME.sql, or a hook in lockkeeper.yaml"));
                return;
            }
            warnings.add(
                    Problem.of(Code.FILE_UNMATCHED, "the file matches nothing of the convention " + convention.key())
                            .at(Place.of(ScriptReader.display(file)))
                            .because(reason)
                            .help("rename it, or move it out of the folder"));
        }
    }
}
