package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds out by which convention the files of a folder are named. */
final class ConventionFinder {
    private static final int NAMES = 3;
    private static final Pattern SLIP = Pattern.compile("[_-](?:up|down)\\.sql$");

    private final List<Root> roots;
    private final List<ScriptFile> files;
    /** A file that looks like the convention. */
    private final Map<Convention, String> examples = new EnumMap<>(Convention.class);

    private ConventionFinder(List<Root> roots, List<ScriptFile> files) {
        this.roots = roots;
        this.files = files;
    }

    static FolderListing.Found find(List<Root> roots, List<ScriptFile> files) {
        return new ConventionFinder(roots, files).find();
    }

    private FolderListing.Found find() {
        Optional<ScriptFile> plan =
                roots.stream().flatMap(root -> SqitchPlan.in(root).stream()).findFirst();
        // beside numbered files it may be left from before they were numbered
        if (plan.isPresent() && (files.isEmpty() || isOfSqitch())) {
            return new FolderListing.Found(Convention.SQITCH, "there is a " + name(plan.get()));
        }
        for (Convention convention : List.of(Convention.FLYWAY, Convention.GOLANG_MIGRATE, Convention.DIRECTORIES)) {
            matching(convention).stream().findFirst().ifPresent(f -> examples.put(convention, name(f)));
        }
        List<ScriptFile> numbered = matching(Convention.TRAILING_ROLLBACK);
        List<String> folders = numbered.isEmpty()
                ? List.of()
                : roots.stream()
                        .flatMap(root -> FolderListing.rollbackFolders(root.path()).stream()
                                .map(folder -> name(ScriptFile.of(root, folder))))
                        .toList();
        if (!folders.isEmpty()) {
            examples.put(Convention.ROLLBACKS_FOLDER, folders.get(0));
        }
        matching(Convention.DBMATE).forEach(file -> look(file, folders.isEmpty()));
        if (examples.isEmpty() && numbered.isEmpty()) {
            matching(Convention.SQL_MIGRATE).forEach(file -> look(file, false));
        }
        if (examples.containsKey(Convention.NODE_PG_MIGRATE)) {
            // where it has nothing to do, a section of its is a title above comments
            examples.remove(Convention.TRAILING_ROLLBACK);
        }
        if (examples.isEmpty() && !numbered.isEmpty()) {
            return new FolderListing.Found(
                    Convention.ROLLBACKS_FOLDER, "its files are numbered, and none has a down script");
        }
        List<ScriptFile> others =
                numbered.stream().filter(file -> !isSlip(file)).toList();
        if (examples.keySet().stream().noneMatch(c -> isNumbered(c)) && others.size() * 2 >= files.size()) {
            // fewer are misnamed, which is told when the files are sorted
            others.stream().findFirst().ifPresent(file -> examples.put(Convention.TRAILING_ROLLBACK, name(file)));
        }
        if (examples.isEmpty()) {
            Problem problem = unclear(
                            files.isEmpty() ? "the folder has no .sql file" : "no file fits a known convention")
                    .because((files.isEmpty() ? "" : names() + "; ") + "known are "
                            + String.join(", ", Convention.keys()));
            throw (isOfSqitch()
                            ? problem.help(
                                    "these are scripts of sqitch: name the folder that holds its sqitch.plan too")
                            : problem)
                    .asException();
        }
        if (examples.size() > 1) {
            throw unclear("the files follow more than one convention")
                    .because(examples.entrySet().stream()
                            .map(e -> e.getValue() + " looks like " + e.getKey().key())
                            .collect(Collectors.joining(", ")))
                    .asException();
        }
        Map.Entry<Convention, String> found = examples.entrySet().iterator().next();
        return new FolderListing.Found(found.getKey(), evidence(found.getKey(), found.getValue()));
    }

    private String names() {
        String first = files.stream().limit(NAMES).map(ConventionFinder::name).collect(Collectors.joining(", "));
        return files.size() <= NAMES
                ? (files.size() == 1 ? "the file is " : "the files are ") + first
                : "the files are " + first + " and " + (files.size() - NAMES) + " more";
    }

    /** Whether somebody meant {@code .up.sql} or {@code .down.sql}. */
    private static boolean isSlip(ScriptFile file) {
        return SLIP.matcher(file.name()).find();
    }

    private boolean isOfSqitch() {
        return files.stream().anyMatch(file -> file.relative().startsWith("deploy"));
    }

    private List<ScriptFile> matching(Convention convention) {
        return FolderListing.deepEnough(convention, files).stream()
                .filter(f -> FolderListing.isUp(convention, f))
                .toList();
    }

    /** Numbered files say only by their content where their down scripts are. */
    private void look(ScriptFile file, boolean mayTrail) {
        Sections.Part whole = Sections.Part.of(file);
        for (Convention convention : Convention.values()) {
            Marks marks = convention.marks();
            if (marks != null && marks.occurIn(whole)) {
                examples.putIfAbsent(convention, name(file));
                return;
            }
        }
        TitledSections.requireNone(whole);
        if (mayTrail
                && !examples.containsKey(Convention.TRAILING_ROLLBACK)
                && TrailingRollback.split(whole).isPresent()) {
            examples.put(Convention.TRAILING_ROLLBACK, name(file));
        }
    }

    private static boolean isNumbered(Convention convention) {
        return switch (convention) {
            case FLYWAY, GOLANG_MIGRATE, DIRECTORIES, SQITCH -> false;
            default -> true;
        };
    }

    private static String evidence(Convention convention, String example) {
        return switch (convention) {
            case FLYWAY, GOLANG_MIGRATE, DIRECTORIES -> example + " has such a name";
            case TRAILING_ROLLBACK -> example + " ends with its rollback in comments";
            case ROLLBACKS_FOLDER -> "there is a folder " + example;
            case SQITCH -> "there is a " + example;
            case DBMATE, GOOSE, SQL_MIGRATE, MYBATIS, NODE_PG_MIGRATE, TERN -> example + " has its marks";
        };
    }

    private static String name(ScriptFile file) {
        return ScriptReader.display(file.relative());
    }

    private Problem unclear(String message) {
        return Problem.of(Code.CONVENTION_UNCLEAR, message)
                .at(Place.of(roots.get(0).display()))
                .help("name it: convention: in lockkeeper.yaml, or --convention NAME");
    }
}
