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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which files of a folder belong together as migrations, and which belong nowhere. */
record FolderListing(
        Found found,
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
        return new Collector(folder.roots(), found).collect(files);
    }

    /** Every .sql file below the folder, hidden ones left out, in the order of their names. */
    private static List<ScriptFile> sqlFiles(Root root, Path folder) {
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

        private final List<Root> roots;
        private final Found found;
        private final Convention convention;
        private final TreeMap<Version, ScriptFile> ups = new TreeMap<>();
        private final TreeMap<Version, String> descriptions = new TreeMap<>();
        private final TreeMap<Version, ScriptFile> downs = new TreeMap<>();
        private final TreeMap<String, ScriptFile> repeatables = new TreeMap<>();
        private final List<ScriptFile> ofOtherDatabases = new ArrayList<>();
        private final List<Problem> warnings = new ArrayList<>();
        private final List<Problem> errors = new ArrayList<>();

        Collector(List<Root> roots, Found found) {
            this.roots = roots;
            this.found = found;
            this.convention = found.convention();
        }

        FolderListing collect(List<ScriptFile> files) {
            Pattern down = convention.down();
            // by their paths: the hash code of a record is made when it is first asked for, which costs a start 20 ms
            Set<Path> deepEnough =
                    deepEnough(convention, files).stream().map(ScriptFile::path).collect(Collectors.toSet());
            List<ScriptFile> rollbacks = new ArrayList<>();
            for (ScriptFile file : files) {
                if (convention == Convention.ROLLBACKS_FOLDER && inRollbackFolder(file)) {
                    rollbacks.add(file);
                } else if (isRepeatable(file)) {
                    repeatable(file);
                } else if (!deepEnough.contains(file.path())) {
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
                for (Root root : roots) {
                    rollbackFolders(root.path()).stream()
                            .filter(folder -> !folder.startsWith(root.path()))
                            .forEach(folder -> rollbacks.addAll(sqlFiles(root, folder)));
                }
                for (ScriptFile file : rollbacks) {
                    if (!place(file, convention.rollbackFile(), false)) {
                        stray(file, "its name has no version");
                    }
                }
            }
            if (!ofOtherDatabases.isEmpty()) {
                warnings.add(Problem.of(
                                Code.FILE_UNMATCHED,
                                "files for other databases are left out: " + ofOtherDatabases.size())
                        .at(Place.of(ofOtherDatabases.get(0).display()))
                        .because("their names say so before .up.sql or .down.sql")
                        .help("nothing to do, unless that word means something else; then rename them"));
            }
            downs.forEach((version, file) -> {
                if (!ups.containsKey(version)) {
                    warnings.add(Problem.of(Code.DOWN_WITHOUT_UP, "there is no up script of version " + version)
                            .at(Place.of(file.display()))
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
        private boolean isRepeatable(ScriptFile file) {
            return REPEATABLE.matcher(file.name()).matches() && (convention == Convention.FLYWAY || isDirectlyIn(file));
        }

        private void repeatable(ScriptFile file) {
            Matcher matcher = REPEATABLE.matcher(file.name());
            String name = matcher.matches() ? matcher.group("name") : "";
            ScriptFile earlier = repeatables.putIfAbsent(name, file);
            if (earlier != null) {
                errors.add(Problem.of(Code.DUPLICATE_VERSION, "two repeatable scripts are called " + name)
                        .at(Place.of(file.display()))
                        .because(earlier.displayWithOrigin() + " has the same name")
                        .help("rename one of them"));
            }
        }

        private boolean place(ScriptFile file, Pattern pattern, boolean isUp) {
            Matcher matcher = pattern.matcher(subject(convention, file));
            if (!matcher.matches()) {
                return false;
            }
            String spelled = matcher.group("version");
            if (UNPADDED.matcher(spelled).matches()) {
                errors.add(unpadded(file, spelled));
                return true;
            }
            Version version = version(matcher, spelled);
            TreeMap<Version, ScriptFile> placed = isUp ? ups : downs;
            ScriptFile earlier = placed.putIfAbsent(version, file);
            if (earlier != null && isForPostgres(earlier) != isForPostgres(file)) {
                // the names are sorted, so either of the two may come first
                placed.put(version, isForPostgres(file) ? file : earlier);
            } else if (earlier != null) {
                errors.add(Problem.of(Code.DUPLICATE_VERSION, "version " + version + " is used twice")
                        .at(Place.of(file.display()))
                        .because(earlier.displayWithOrigin() + " has the same version")
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
        private boolean isWithoutNumberAndMark(ScriptFile file) {
            Marks marks = convention.marks();
            return convention == Convention.SQL_MIGRATE
                    && marks != null
                    && !file.name().matches("(?s)\\d.*")
                    && !marks.occurIn(Sections.Part.of(file));
        }

        /** Where no file fits: that there is nothing to do would be told of a folder that was only misread. */
        private void refuseMisfits() {
            List<Problem> misfits = warnings.stream()
                    .filter(w -> w.code() == Code.FILE_UNMATCHED)
                    .toList();
            if (!misfits.isEmpty()) {
                errors.add(Problem.of(Code.CONVENTION_UNCLEAR, "no file fits the convention " + convention.key())
                        .at(Place.of(roots.get(0).display()))
                        .help("name another convention, or none: then the files tell it"));
                errors.addAll(misfits);
                warnings.removeAll(misfits);
            }
        }

        private static Problem unpadded(ScriptFile file, String date) {
            String[] parts = date.split("-", 4);
            String padded = parts[0] + "-" + ("0" + parts[1]).substring(parts[1].length() - 1) + "-"
                    + ("0" + parts[2]).substring(parts[2].length() - 1) + (parts.length > 3 ? "-" + parts[3] : "");
            return Problem.of(
                            Code.FILE_UNMATCHED,
                            "the date " + date + " is not a version: month and day need two digits")
                    .at(Place.of(file.display()))
                    .because("as a number it would come before versions that are older")
                    .help("rename the folder so that its name begins with " + padded);
        }

        private boolean isForPostgres(ScriptFile file) {
            return convention == Convention.GOLANG_MIGRATE
                    && FOR_POSTGRES.matcher(file.name()).find();
        }

        private static boolean isOfOtherDatabase(ScriptFile file) {
            return FOR_OTHERS.matcher(file.name()).find();
        }

        private static boolean inRollbackFolder(ScriptFile file) {
            Path folder = file.path().getParent();
            return folder != null && Convention.ROLLBACK_FOLDERS.contains(String.valueOf(folder.getFileName()));
        }

        private static String strayReason(ScriptFile file) {
            String name = file.name();
            return name.endsWith(".sql")
                    ? "its name has no version of this convention"
                    : "its name does not end in .sql in lower case";
        }

        private void stray(ScriptFile file, String reason) {
            if (CALLBACK.matcher(file.name()).matches()) {
                warnings.add(Problem.of(
                                Code.FILE_UNMATCHED, "the file is named like a callback of Flyway and is not run")
                        .at(Place.of(file.display()))
                        .because("what it did, such as giving rights after each migration, would no longer be done")
                        .help("make it a repeatable script, as R__NAME.sql, or a hook in lockkeeper.yaml"));
                return;
            }
            warnings.add(
                    Problem.of(Code.FILE_UNMATCHED, "the file matches nothing of the convention " + convention.key())
                            .at(Place.of(file.display()))
                            .because(reason)
                            .help("rename it, or move it out of the folder"));
        }
    }
}
