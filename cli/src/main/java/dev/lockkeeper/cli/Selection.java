package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Smoke;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Which migrations a command tells of.
 *
 * @param courses the way of each component
 * @param to the newest version that runs; null for all
 * @param data SQL that brings rows before what is told begins
 * @param changed the files that changed since a commit; null when all count
 */
record Selection(
        List<Course> courses,
        @Nullable Version to,
        List<Script> data,
        @Nullable Set<Path> changed) {
    static final String AFTER = "--after";
    private static final String SINCE = "--since";
    private static final String DATA = "--data";

    Selection {
        courses = List.copyOf(courses);
        data = List.copyOf(data);
    }

    /** Adds the options by which they are chosen. */
    static CommandSpec options(CommandSpec spec) {
        return spec.addOption(Options.text(AFTER, "VERSION", "tell only of what comes after this version"))
                .addOption(Options.text(
                        SINCE, "COMMIT", "tell only of files that differ from this commit of git, or are new"))
                .addOption(Options.repeated(
                        DATA, "FILE", "SQL that brings rows before what is told begins; may be repeated"));
    }

    /** Whether it is said which files count. */
    static boolean isNarrowed(ParseResult arguments) {
        return arguments.hasMatchedOption(AFTER) || arguments.hasMatchedOption(SINCE);
    }

    static Selection of(ParseResult arguments, Subject subject) {
        @Nullable Version to = subject.version(arguments, Options.TO);
        @Nullable Version after = subject.version(arguments, AFTER);
        @Nullable String since = arguments.matchedOptionValue(SINCE, null);
        @Nullable
        Set<Path> changed = since == null
                ? null
                : ChangedFiles.since(
                        since,
                        subject.components().stream()
                                .flatMap(c -> c.all().stream())
                                .map(m -> Path.of(m.up().file()))
                                .toList());
        List<Course> courses = subject.components().stream()
                .map(c -> course(c, after, to, changed))
                .toList();
        return new Selection(courses, to, data(arguments), changed);
    }

    /** SQL that brings rows. */
    static List<Script> data(ParseResult arguments) {
        return Options.values(arguments, DATA).stream()
                .map(file -> Subject.script(Workplace.path(file)))
                .toList();
    }

    /** Whether a place is in a file that is told of. */
    Predicate<Place> isChosen() {
        return place -> isChosen(changed, place.file());
    }

    private static boolean isChosen(@Nullable Set<Path> changed, String file) {
        return changed == null || changed.contains(ChangedFiles.real(Path.of(file)));
    }

    /** From the first that is told of on all are observed, for they run in their order. */
    private static Course course(
            Migrations component, @Nullable Version after, @Nullable Version to, @Nullable Set<Path> changed) {
        List<Migration> before = new ArrayList<>();
        List<Migration> observed = new ArrayList<>();
        for (Migration migration : Smoke.chosen(component, to)) {
            boolean told = (after == null || migration.version().compareTo(after) > 0)
                    && (isChosen(changed, migration.up().file())
                            || Optional.ofNullable(migration.down())
                                    .filter(down -> isChosen(changed, down.file()))
                                    .isPresent());
            (told || !observed.isEmpty() ? observed : before).add(migration);
        }
        // they are written for the newest version
        return new Course(
                component.component(),
                before,
                observed,
                to == null ? component.repeatables().all() : List.of());
    }
}
