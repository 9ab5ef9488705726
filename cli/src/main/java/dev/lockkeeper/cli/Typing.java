package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.describe.types.Described;
import dev.lockkeeper.describe.types.Describer;
import dev.lockkeeper.describe.types.Exposure;
import dev.lockkeeper.describe.types.Language;
import dev.lockkeeper.describe.types.Output;
import dev.lockkeeper.describe.types.Profile;
import dev.lockkeeper.describe.types.RoleExposure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.TypeSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * Which types are asked for: what the command line does not say the project does.
 *
 * @param folder where they are
 * @param exclude schemas that they do not tell of
 * @param exposure what the project hides
 * @param roles whose grants decide what they tell; empty for everything
 */
record Typing(Path folder, Output output, Set<String> exclude, Exposure exposure, Set<String> roles) {
    static final String OUT = "--out";
    static final String TARGET = "--target";
    static final String PROFILE = "--profile";
    static final String ROLE = "--as-role";

    static Typing of(ParseResult arguments) {
        boolean plain = arguments.hasMatchedOption(Options.MIGRATIONS);
        @Nullable Project project = Workplace.described(arguments);
        TypeSettings usual = TypeSettings.of(
                plain ? Path.of("docs") : Workplace.folder(arguments).resolve("docs"),
                project == null ? "project" : project.name());
        return of(
                arguments,
                project == null ? usual : Objects.requireNonNullElse(project.types(), usual),
                DataLabels.exposure(project));
    }

    static Typing of(ParseResult arguments, TypeSettings settings, Exposure exposure) {
        @Nullable String out = arguments.matchedOptionValue(OUT, null);
        List<String> targets = Options.values(arguments, TARGET);
        List<String> roles = Options.values(arguments, ROLE);
        String profile = Options.value(arguments, PROFILE, settings.profile());
        return new Typing(
                out == null ? settings.folder() : Workplace.path(out),
                new Output(
                        (targets.isEmpty() ? settings.targets() : targets)
                                .stream().map(Typing::language).collect(Collectors.toSet()),
                        Profile.named(profile)
                                .orElseThrow(() -> unknown(profile + " is not a profile", profile, Profile.keys())
                                        .asException()),
                        settings.npmPackage(),
                        settings.javaPackage()),
                settings.exclude(),
                exposure,
                new TreeSet<>(roles.isEmpty() ? settings.roles() : roles));
    }

    private static Language language(String target) {
        return Language.named(target)
                .orElseThrow(() -> unknown(target + " is not a language of types", target, Language.keys())
                        .asException());
    }

    private static Problem unknown(String message, String given, List<String> known) {
        return Problem.of(Code.USAGE, message)
                .help(Nearest.to(given, known)
                        .map(n -> "did you mean " + n + "?")
                        .orElse("known are " + String.join(", ", known)));
    }

    /**
     * Refuses names of roles that nobody has: what they may read would be nothing, without a word.
     *
     * @param known all roles of the server
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage}
     */
    void requireRoles(Set<String> known) {
        List<Problem> problems = roles.stream()
                .filter(role -> !known.contains(role))
                .map(role -> Problem.of(Code.USAGE, "there is no role " + role)
                        .because("neither the server nor the migrations have made it")
                        .help(Nearest.to(role, known)
                                .map(near -> "did you mean " + near + "?")
                                .orElse("a file with CREATE ROLE is named by " + Options.PRELUDE
                                        + " FILE, or prelude: in" + " lockkeeper.yaml")))
                .toList();
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when a role may not read or write anything */
    Described described(Model model) {
        Model told = model.without(exclude);
        Described described =
                Describer.describe(told, roles.isEmpty() ? exposure : exposure.and(new RoleExposure(told, roles)));
        boolean nothing =
                described.parts().stream().allMatch(part -> part.entities().isEmpty());
        if (!roles.isEmpty() && nothing) {
            throw Problem.of(Code.USAGE, "no table is left: " + String.join(", ", roles) + " may read and write none")
                    .because("only grants to these names and to PUBLIC count, with USAGE of the schema")
                    .help("name the roles that it is a member of too: " + ROLE + " ONE " + ROLE + " OTHER")
                    .asException();
        }
        return described;
    }

    /** What is to be in which file. */
    GeneratedFiles files(Described described) {
        SortedMap<Path, String> wanted = new TreeMap<>();
        output.files(described).forEach(file -> wanted.put(folder.resolve(file.path()), file.text()));
        return new GeneratedFiles(wanted, Output.MARK);
    }

    /** Files in the folders of the languages that are generated no more. */
    List<Path> extra(GeneratedFiles files) {
        return output.languages().stream()
                .sorted()
                .flatMap(language ->
                        Leftovers.of(
                                folder.resolve(language.key()), files.files().keySet(), Output.MARK)
                                .stream())
                .toList();
    }
}
