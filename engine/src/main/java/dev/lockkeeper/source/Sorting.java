package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sorts files into ups, downs and strays. */
final class Sorting {
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
    private final FolderListing.Found found;
    private final Convention convention;
    private final TreeMap<Version, ScriptFile> ups = new TreeMap<>();
    private final TreeMap<Version, String> descriptions = new TreeMap<>();
    private final TreeMap<Version, ScriptFile> downs = new TreeMap<>();
    private final TreeMap<String, ScriptFile> repeatables = new TreeMap<>();
    private final List<ScriptFile> ofOtherDatabases = new ArrayList<>();
    private @Nullable String project;
    private final List<Problem> warnings = new ArrayList<>();
    private final List<Problem> errors = new ArrayList<>();

    Sorting(List<Root> roots, FolderListing.Found found) {
        this.roots = roots;
        this.found = found;
        this.convention = found.convention();
    }

    FolderListing of(List<ScriptFile> files) {
        Pattern down = convention.down();
        // by their paths: the hash code of a record is made when it is first asked for, which loads a dozen classes
        Set<Path> deepEnough = FolderListing.deepEnough(convention, files).stream()
                .map(ScriptFile::path)
                .collect(Collectors.toSet());
        List<ScriptFile> rollbacks = new ArrayList<>();
        Set<ScriptFile> unplanned = new LinkedHashSet<>();
        for (ScriptFile file : files) {
            if (convention == Convention.ROLLBACKS_FOLDER && inRollbackFolder(file)) {
                rollbacks.add(file);
            } else if (isRepeatable(file)) {
                repeatable(file);
            } else if (convention == Convention.SQITCH) {
                unplanned.add(file);
            } else if (!deepEnough.contains(file.path())) {
                stray(
                        file,
                        convention == Convention.DIRECTORIES
                                ? "directories reads only what lies in one folder per migration"
                                : "it lies in a sub-folder, and " + convention.key() + " reads only the folder itself");
            } else if (convention == Convention.GOLANG_MIGRATE && isOfOtherDatabase(file)) {
                ofOtherDatabases.add(file);
            } else if (isWithoutNumberAndMark(file)) {
                stray(file, "it has neither a number nor a line -- +migrate Up");
            } else if (!(down != null && place(file, down, false)) && !place(file, convention.up(), true)) {
                stray(file, strayReason(file));
            }
        }
        if (convention == Convention.SQITCH) {
            planned(unplanned);
        }
        if (convention == Convention.ROLLBACKS_FOLDER) {
            for (Root root : roots) {
                FolderListing.rollbackFolders(root.path()).stream()
                        .filter(folder -> !folder.startsWith(root.path()))
                        .forEach(folder -> rollbacks.addAll(FolderListing.sqlFiles(root, folder)));
            }
            for (ScriptFile file : rollbacks) {
                if (!place(file, convention.rollbackFile(), false)) {
                    stray(file, "its name has no version");
                }
            }
        }
        if (!ofOtherDatabases.isEmpty()) {
            warnings.add(Problem.of(
                            Code.FILE_UNMATCHED, "files for other databases are left out: " + ofOtherDatabases.size())
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
        List<FolderListing.Pair> pairs = new ArrayList<>();
        ups.forEach((version, up) -> pairs.add(
                new FolderListing.Pair(version, descriptions.getOrDefault(version, ""), up, downs.get(version))));
        return new FolderListing(found, project, pairs, repeatables, List.copyOf(warnings), List.copyOf(errors));
    }

    /**
     * Sorts the files that a plan names.
     *
     * @param files the others stay in it
     */
    private void planned(Set<ScriptFile> files) {
        List<ScriptFile> plans =
                roots.stream().flatMap(root -> SqitchPlan.in(root).stream()).toList();
        if (plans.size() != 1) {
            errors.add(Problem.of(
                            Code.CONVENTION_UNCLEAR,
                            plans.isEmpty()
                                    ? "there is no " + SqitchPlan.NAME
                                    : "there are two plans of sqitch: "
                                            + plans.get(1).display())
                    .at(Place.of(roots.get(0).display()))
                    .help("name the folder that holds " + SqitchPlan.NAME + ": top_dir in sqitch.conf"));
            return;
        }
        SqitchPlan plan = SqitchPlan.read(plans.get(0), errors);
        project = plan.project();
        for (FolderListing.Pair pair : plan.pairs()) {
            ups.put(pair.version(), pair.up());
            descriptions.put(pair.version(), pair.description());
            files.remove(pair.up());
            ScriptFile down = pair.down();
            if (down != null) {
                downs.put(pair.version(), down);
                files.remove(down);
            }
        }
        List<ScriptFile> verified = files.stream()
                .filter(file -> file.relative().startsWith("verify"))
                .toList();
        if (!verified.isEmpty()) {
            warnings.add(
                    Problem.of(Code.FILE_UNMATCHED, "verify scripts are not run: " + verified.size())
                            .at(Place.of(verified.get(0).display()))
                            .because("a rehearsal compares the database before and after each migration instead")
                            .help(
                                    "nothing to do; what must hold after a change can be a lockkeeper:after of its deploy script"));
        }
        files.removeAll(Set.copyOf(verified));
        files.forEach(file -> stray(file, SqitchPlan.NAME + " does not name it"));
    }

    /** They lie in the folder itself, or where the convention reads sub-folders in any of them. */
    private boolean isRepeatable(ScriptFile file) {
        return REPEATABLE.matcher(file.name()).matches()
                && (convention == Convention.FLYWAY || FolderListing.isDirectlyIn(file));
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
        Matcher matcher = pattern.matcher(FolderListing.subject(convention, file));
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
            case GOLANG_MIGRATE -> matcher.group("folder") == null ? spelled : matcher.group("folder") + "." + spelled;
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
        List<Problem> misfits =
                warnings.stream().filter(w -> w.code() == Code.FILE_UNMATCHED).toList();
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
        return Problem.of(Code.FILE_UNMATCHED, "the date " + date + " is not a version: month and day need two digits")
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

    private String strayReason(ScriptFile file) {
        String name = file.name();
        if (convention == Convention.GOLANG_MIGRATE && name.matches("(?s)\\d.*\\.sql")) {
            return "its name says neither .up.sql nor .down.sql: golang-migrate does not run it, sqlx does";
        }
        return name.endsWith(".sql")
                ? "its name has no version of this convention"
                : "its name does not end in .sql in lower case";
    }

    private void stray(ScriptFile file, String reason) {
        if (CALLBACK.matcher(file.name()).matches()) {
            warnings.add(Problem.of(Code.FILE_UNMATCHED, "the file is named like a callback of Flyway and is not run")
                    .at(Place.of(file.display()))
                    .because("what it did, such as giving rights after each migration, would no longer be done")
                    .help("make it a repeatable script, as R__NAME.sql, or a hook in lockkeeper.yaml"));
            return;
        }
        warnings.add(Problem.of(Code.FILE_UNMATCHED, "the file matches nothing of the convention " + convention.key())
                .at(Place.of(file.display()))
                .because(reason)
                .help("rename it, or move it out of the folder"));
    }
}
