package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a {@code sqitch.plan}, in its order (the syntax is that of sqitchchanges, version 1.0.0). The version of a change is
 * its place in the plan, counted from 1. Where a change was reworked, the scripts of its earlier form have the name of the
 * tag that closed it: {@code deploy/users@v1.sql}.
 */
final class SqitchPlan {
    static final String NAME = "sqitch.plan";

    private static final Pattern PRAGMA =
            Pattern.compile("[ \\t]*+%[ \\t]*+(?<name>[^\\s=]++)(?:[ \\t]*+=[ \\t]*+(?<value>.+))?");
    /** Possessive, so that a long line is read once. */
    private static final Pattern LINE = Pattern.compile("[ \\t]*+(?:(?<tag>@)|(?<operator>[+-])[ \\t]*+)?"
            + "(?<name>[^\\s@:#\\\\\\[\\]]++)[ \\t]*+(?:\\[(?<needs>[^]]++)][ \\t]*+)?"
            + "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ[^<]++(?<=[ \\t])<[^>]++>");

    private final ScriptFile file;
    private final List<Problem> errors = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    /** The change that a name means on the line that is read. */
    private final Map<String, Change> latest = new HashMap<>();
    /** Where a name was first planned. */
    private final Map<String, Integer> first = new HashMap<>();
    /** After which change a tag stands; -1 when none is before it. */
    private final Map<String, Integer> tags = new HashMap<>();

    private int tagged = -1;
    private String project = "";

    /** A change at a position of the plan, with the tags that stand directly after it. */
    private static final class Change {
        private final String name;
        private final int position;
        private final Place place;
        private final List<String> tags = new ArrayList<>();
        /** The position of the change that reworks it; -1 when none does. */
        private int reworked = -1;

        private Change(String name, int position, Place place) {
            this.name = name;
            this.position = position;
            this.place = place;
        }
    }

    private SqitchPlan(ScriptFile file) {
        this.file = file;
    }

    /** The plan in a folder; empty when there is none. */
    static Optional<ScriptFile> in(Root root) {
        return Optional.of(ScriptFile.of(root, root.path().resolve(NAME)))
                .filter(plan -> Files.isRegularFile(plan.path()));
    }

    /**
     * Reads a plan.
     *
     * @param errors takes what is wrong with it, each with its line
     * @throws LockkeeperException {@code file-unreadable}
     */
    static SqitchPlan read(ScriptFile file, List<Problem> errors) {
        SqitchPlan plan = new SqitchPlan(file);
        plan.lines(ScriptReader.read(file));
        if (plan.project.isEmpty()) {
            plan.wrong(
                    Place.of(file.display()),
                    "the plan names no project",
                    "the record of sqitch knows changes by it",
                    "write %project=NAME at its top");
        }
        plan.requireScripts();
        errors.addAll(plan.errors);
        return plan;
    }

    /** The name by which records of sqitch know its changes. */
    String project() {
        return project;
    }

    /** The migrations that it lists, without those that have no deploy script. */
    List<FolderListing.Pair> pairs() {
        List<FolderListing.Pair> pairs = new ArrayList<>();
        for (Change change : changes) {
            ScriptFile up = script("deploy", change);
            ScriptFile down = script("revert", change);
            if (Files.isRegularFile(up.path())) {
                pairs.add(new FolderListing.Pair(
                        Version.parse(Integer.toString(change.position + 1)).orElseThrow(),
                        change.name.replace('_', ' '),
                        up,
                        Files.isRegularFile(down.path()) ? down : null));
            }
        }
        return pairs;
    }

    private void requireScripts() {
        for (Change change : changes) {
            ScriptFile up = script("deploy", change);
            if (!Files.isRegularFile(up.path())) {
                wrong(
                        change.place,
                        "the change " + change.name + " has no deploy script",
                        "there is no file " + up.display(),
                        "add it, or remove the change from the plan");
            }
        }
    }

    /** The line of a new change, with what must stand before the first one. */
    static Convention.Listed planned(Path file, String project, String change, Clock clock, String planner) {
        String time = DateTimeFormatter.ISO_INSTANT.format(clock.instant().truncatedTo(ChronoUnit.SECONDS));
        String who = planner.replaceAll("[\\s<>#]+", " ").strip();
        String name = who.isEmpty() ? "unknown" : who;
        String line = change + " " + time + " " + name + " <" + name.replace(' ', '.') + "@localhost> # "
                + change.replace('_', ' ') + "\n";
        if (!Files.isRegularFile(file)) {
            String own = project.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_+|_+$", "");
            return new Convention.Listed(
                    file, "%syntax-version=1.0.0\n%project=" + (own.isEmpty() ? "project" : own) + "\n\n" + line);
        }
        String before = ScriptReader.read(file);
        return new Convention.Listed(file, (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + line);
    }

    /** As sqitch looks for it: of the tags since then, the newest change's first, the first that a script has in its name. */
    private ScriptFile script(String kind, Change change) {
        if (change.reworked < 0) {
            return file.sibling(kind + "/" + change.name + ".sql");
        }
        List<String> names = new ArrayList<>();
        for (int i = change.reworked - 1; i >= change.position; i--) {
            changes.get(i).tags.forEach(tag -> names.add(change.name + "@" + tag + ".sql"));
        }
        String chosen = names.stream()
                .filter(name ->
                        Files.isRegularFile(file.sibling("deploy/" + name).path()))
                .findFirst()
                .orElse(names.get(0));
        return file.sibling(kind + "/" + chosen);
    }

    private void lines(String text) {
        int number = 0;
        for (String line : text.split("\\r?\\n", -1)) {
            number++;
            int note = line.indexOf('#');
            String bare = (note < 0 ? line : line.substring(0, note)).stripTrailing();
            if (bare.isEmpty()) {
                continue;
            }
            Place place = new Place(
                    file.display(),
                    number,
                    1 + line.length() - line.stripLeading().length(),
                    line);
            Matcher pragma = PRAGMA.matcher(bare);
            if (pragma.matches() && changes.isEmpty()) {
                pragma(pragma.group("name"), pragma.group("value"), place);
                continue;
            }
            Matcher matcher = LINE.matcher(bare);
            if (!matcher.matches()) {
                wrong(
                        place,
                        "this is not a line of a plan of sqitch",
                        "a change is NAME [REQUIRED ...] TIME PLANNER <EMAIL>, a tag the same after an @, without requirements",
                        "correct the line; sqitch plan shows what it reads");
            } else if (matcher.group("tag") != null) {
                tag(matcher.group("name"), place);
            } else if ("-".equals(matcher.group("operator"))) {
                wrong(
                        place,
                        "a planned revert is not supported",
                        "sqitch itself does not carry it out",
                        "remove the line");
            } else {
                change(matcher.group("name"), matcher.group("needs"), place);
            }
        }
    }

    private void pragma(String name, @Nullable String value, Place place) {
        if (name.equals("project") && value != null) {
            project = value;
        } else if (name.equals("syntax-version") && value != null && !value.matches("1\\.0\\.0(-b\\d+)?")) {
            wrong(
                    place,
                    "the syntax " + value + " is not supported",
                    "known is 1.0.0",
                    "let sqitch write the plan anew");
        }
    }

    private void tag(String name, Place place) {
        int after = changes.size() - 1;
        if (tags.putIfAbsent(name, after) != null) {
            wrong(place, "the tag " + name + " is used twice", null, "rename one of the two");
        } else if (after >= 0) {
            changes.get(after).tags.add(name);
            tagged = after;
        }
    }

    private void change(String name, @Nullable String needs, Place place) {
        Change earlier = latest.get(name);
        if (earlier != null && tagged < earlier.position) {
            errors.add(Problem.of(Code.DUPLICATE_VERSION, "the change " + name + " is planned twice")
                    .at(place)
                    .because("a change can be reworked only after a tag, and none stands between this line and line "
                            + earlier.place.line())
                    .help("rename one of the two, or let sqitch rework write the lines"));
            return;
        }
        if (name.startsWith("/") || List.of(name.split("/")).contains("..")) {
            wrong(place, "the change " + name + " leads out of the folder", null, "rename it");
            return;
        }
        for (String need : needs == null ? new String[0] : needs.strip().split("\\s+")) {
            require(name, need, place);
        }
        Change change = new Change(name, changes.size(), place);
        if (earlier != null) {
            earlier.reworked = change.position;
        }
        changes.add(change);
        latest.put(name, change);
        first.putIfAbsent(name, change.position);
    }

    /** Requirements are other changes of the plan, of which the order is held by the plan itself, or of other projects. */
    private void require(String name, String need, Place place) {
        boolean conflict = need.startsWith("!");
        String bare = conflict ? need.substring(1) : need;
        int colon = bare.indexOf(':');
        String wanted = bare.substring(colon + 1);
        boolean ownProject = colon < 0 || bare.substring(0, colon).equals(project);
        boolean planned = ownProject && isPlanned(wanted);
        boolean byDigest = wanted.matches("[0-9a-f]{40}");
        if (conflict && planned) {
            wrong(
                    place,
                    "the change " + name + " conflicts with " + wanted,
                    "the plan has both",
                    "remove one of the two");
        } else if (!ownProject || byDigest) {
            wrong(
                    place,
                    "the change " + name + (conflict ? " conflicts with " : " requires ") + wanted
                            + (byDigest ? ", a digest" : " of another project"),
                    "whether that is deployed is in a record of sqitch, which is not read when migrations run",
                    "remove the requirement, and let the job apply that project first");
        } else if (!conflict && !planned) {
            wrong(
                    place,
                    "the change " + name + " requires " + wanted + ", which the plan does not have before it",
                    null,
                    "move the line below it, or correct the name");
        }
    }

    private boolean isPlanned(String wanted) {
        int at = wanted.indexOf('@');
        if (at < 0) {
            return latest.containsKey(wanted);
        }
        Integer until = tags.get(wanted.substring(at + 1));
        String name = wanted.substring(0, at);
        return until != null && (name.isEmpty() || first.getOrDefault(name, Integer.MAX_VALUE) <= until);
    }

    private void wrong(Place place, String message, @Nullable String reason, String help) {
        Problem problem = Problem.of(Code.FILE_UNREADABLE, message).at(place);
        errors.add((reason == null ? problem : problem.because(reason)).help(help));
    }
}
