package dev.lockkeeper.cli;

import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileReader;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * From where to where a plan file leads one component.
 *
 * @param before the version before its first step; 0 for nothing
 * @param last the version of its last step
 */
record Released(String before, String last) {
    /**
     * What a file says of the component that is looked at.
     *
     * @throws LockkeeperException {@code plan-file} when it cannot be read, {@code usage} when it has nothing for release notes, {@code plan-changed}
     *     when a script is not the one of the plan any more
     */
    static Released of(Path path, Subject subject) {
        PlanFile file = PlanFileReader.read(path);
        Place place = Place.of(ScriptReader.display(path));
        if (subject.components().size() != 1) {
            throw Problem.of(Code.USAGE, "the project has several components, each with versions of its own")
                    .help("name one: --component " + file.parts().get(0).component())
                    .asException();
        }
        String component = subject.components().get(0).component();
        PlanPart part = file.parts().stream()
                .filter(one -> one.component().equals(component))
                .findFirst()
                .orElseThrow(() -> Problem.of(Code.USAGE, "the plan has nothing to do for component " + component)
                        .at(place)
                        .asException());
        List<Migration> all = subject.components().get(0).all();
        List<Integer> places = part.steps().stream()
                .flatMap(step -> Version.parse(step.name()).stream())
                .map(version -> place(all, version))
                .sorted()
                .toList();
        if (part.direction() == Direction.DOWN || places.isEmpty()) {
            throw Problem.of(Code.USAGE, "release notes tell of migrations that are applied, and the plan has none")
                    .at(place)
                    .help("docs/rollback.md tells what a rollback does")
                    .asException();
        }
        int first = places.get(0);
        if (places.contains(-1) || places.get(places.size() - 1) - first != places.size() - 1) {
            throw Problem.of(Code.USAGE, "the steps of the plan do not follow each other among the migrations")
                    .at(place)
                    .because("what comes between them is applied already, or is not there any more")
                    .help("say " + DocsChanges.FROM + " and " + Options.TO + " for one after the other")
                    .asException();
        }
        unchanged(part, all);
        return new Released(
                first == 0 ? "0" : all.get(first - 1).version().toString(),
                all.get(places.get(places.size() - 1)).version().toString());
    }

    private static int place(List<Migration> all, Version version) {
        return all.stream().map(Migration::version).toList().indexOf(version);
    }

    private static void unchanged(PlanPart part, List<Migration> all) {
        List<Problem> problems = new ArrayList<>();
        for (PlannedStep step : part.steps()) {
            Stream<Migration> same = all.stream().filter(one -> one.version().equals(PlannedStep.key(step.name())));
            same.filter(one -> !one.up().checksum().value().equals(step.checksum()))
                    .map(one -> Problem.of(
                                    Code.PLAN_CHANGED,
                                    "the script of " + step.name() + " was edited since the plan was made")
                            .at(Place.of(one.up().file()))
                            .help("make another plan: lockkeeper plan --out FILE"))
                    .forEach(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
    }
}
