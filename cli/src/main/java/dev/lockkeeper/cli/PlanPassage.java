package dev.lockkeeper.cli;

import dev.lockkeeper.gate.Admission;
import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.Authors;
import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.CommentFile;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileReader;
import dev.lockkeeper.gate.PlanGate;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.trace.Traceparent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * The way of a plan file through the gates of its components: all of them are asked before the first begins.
 *
 * @param comments reads those that lie beside it, which become more while it waits for its turn
 * @param gates by their sites, in the order of the plan
 */
record PlanPassage(PlanFile file, Supplier<List<Comment>> comments, Map<Worksite, PlanGate> gates) {
    static final String PLAN = "--plan";
    static final String EMERGENCY = "--break-glass";

    static PlanPassage of(
            ParseResult arguments, Direction direction, Map<String, String> variables, Terminal terminal) {
        Path path = Workplace.path(Options.value(arguments, PLAN, ""));
        PlanFile file = PlanFileReader.read(path);
        requireDirection(file, direction);
        Project project = Workplace.project(arguments);
        AllowedSigners signers = AllowedSigners.read(project.signers());
        List<Approval> given = Approval.beside(path);
        PlanComments.beside(path, file, terminal);
        Supplier<List<Comment>> comments =
                () -> CommentFile.beside(path, file.digest()).comments();
        List<Worksite> sites = sites(arguments, project, file, variables, terminal);
        List<String> authors =
                Authors.of(Workplace.folder(arguments), scripts(file)).names();
        Map<Worksite, PlanGate> gates = new LinkedHashMap<>();
        for (PlanPart part : file.parts()) {
            Worksite site = sites.stream()
                    .filter(s -> s.component().equals(part.component()))
                    .findFirst()
                    .orElseThrow();
            gates.put(
                    site,
                    new PlanGate(
                            site.rules(),
                            site.lockkeeper().approvals(),
                            file,
                            part,
                            site.tokens(),
                            project.name(),
                            TopHelp.version(),
                            given,
                            comments,
                            authors,
                            signers,
                            emergency(arguments)));
        }
        return new PlanPassage(file, comments, gates);
    }

    /** Where in a trace the plan of {@code --plan} was made; null when there is none, or it does not say. */
    static @Nullable Traceparent origin(ParseResult arguments) {
        return arguments.hasMatchedOption(PLAN) ? origin(Options.value(arguments, PLAN, "")) : null;
    }

    static @Nullable Traceparent origin(String file) {
        try {
            return PlanFileReader.read(Workplace.path(file)).trace();
        } catch (LockkeeperException e) {
            // whoever needs the plan tells what is wrong with it
            return null;
        }
    }

    /** The components of a plan, in the environment for which it was made unless another one is named. */
    static List<Worksite> sites(
            ParseResult arguments, Project project, PlanFile file, Map<String, String> variables, Terminal terminal) {
        List<String> wanted = file.parts().stream().map(PlanPart::component).toList();
        List<String> known = project.components().stream().map(Component::name).toList();
        for (String component : wanted) {
            if (!known.contains(component)) {
                throw Problem.of(Code.PLAN_CHANGED, "component " + component + " is in the plan and not in the project")
                        .help("take the state of the repository for which the plan was made")
                        .asException();
            }
        }
        String named = Options.value(arguments, Options.ENVIRONMENT, file.environment());
        if (!named.equals(file.environment())) {
            throw Problem.of(
                            Code.PLAN_CHANGED,
                            "the plan is for environment " + file.environment() + ", and this is " + named)
                    .help("leave out " + Options.ENVIRONMENT + ", or make a plan for " + named)
                    .asException();
        }
        return Workplace.sites(arguments, project, named, wanted, variables, terminal);
    }

    static List<Path> scripts(PlanFile file) {
        return file.parts().stream()
                .flatMap(part -> part.steps().stream())
                .map(step -> Workplace.path(step.file()))
                .toList();
    }

    /** @throws LockkeeperException {@code plan-changed} when the plan is of another project */
    static void requireProject(PlanFile plan, Project project) {
        if (!plan.project().equals(project.name())) {
            throw Problem.of(
                            Code.PLAN_CHANGED,
                            "the plan is of project " + plan.project() + ", and this is " + project.name())
                    .asException();
        }
    }

    /** The databases of components, each once. */
    static List<String> databases(List<Worksite> sites) {
        return sites.stream()
                .map(site -> site.lockkeeper().target().toString())
                .distinct()
                .toList();
    }

    private static void requireDirection(PlanFile file, Direction direction) {
        if (file.parts().get(0).direction() != direction) {
            String other = file.parts().get(0).direction().command();
            throw Problem.of(Code.USAGE, "the plan is for " + other)
                    .help("lockkeeper " + other + " --plan FILE")
                    .asException();
        }
    }

    private static @Nullable String emergency(ParseResult arguments) {
        if (!arguments.hasMatchedOption(EMERGENCY)) {
            return null;
        }
        String reason = Options.value(arguments, EMERGENCY, "").strip();
        if (reason.isEmpty()) {
            throw Problem.of(Code.USAGE, EMERGENCY + " needs a reason")
                    .help("write why it cannot wait: " + EMERGENCY + " \"orders fail since 03:10, ticket 4711\"")
                    .asException();
        }
        return reason;
    }

    /**
     * Asks all gates, and keeps in the record what lets the plan pass, before anything runs.
     *
     * @throws LockkeeperException with all reasons of all of them
     */
    void require(Terminal terminal) {
        Set<Problem> problems = new LinkedHashSet<>();
        Map<Worksite, Admission> admitted = new LinkedHashMap<>();
        gates.forEach((site, gate) -> {
            try {
                admitted.put(site, site.lockkeeper().admit(gate));
                keepComments(site);
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
                if (e.problems().stream().noneMatch(problem -> problem.code() == Code.PLAN_CHANGED)) {
                    keepComments(site, problems);
                }
            }
        });
        if (!problems.isEmpty()) {
            throw new LockkeeperException(new ArrayList<>(problems));
        }
        admitted.forEach((site, admission) -> keep(site, admission, terminal));
    }

    /** Also when the plan is refused: from then on it helps nobody to remove the files. */
    private void keepComments(Worksite site, Set<Problem> problems) {
        try {
            keepComments(site);
        } catch (LockkeeperException e) {
            problems.addAll(e.problems());
        }
    }

    /** The reasons of a run that was refused at its turn, when its comments are kept: some may have come while it waited. */
    LockkeeperException refused(Worksite site, LockkeeperException failure) {
        if (failure.problems().stream().noneMatch(problem -> problem.code() == Code.COMMENT_OPEN)) {
            return failure;
        }
        Set<Problem> problems = new LinkedHashSet<>(failure.problems());
        keepComments(site, problems);
        return new LockkeeperException(new ArrayList<>(problems), failure);
    }

    private void keepComments(Worksite site) {
        List<Comment> there = comments.get();
        if (!there.isEmpty()) {
            site.lockkeeper().approvals((record, session) -> there.forEach(one -> record.keep(session, file, one)));
        }
    }

    private void keep(Worksite site, Admission admission, Terminal terminal) {
        String reason = admission.emergency();
        if (admission.approvals().isEmpty() && reason == null) {
            return;
        }
        site.lockkeeper().approvals((record, session) -> {
            for (Approvals.Accepted approval : admission.approvals()) {
                record.keep(session, file, approval);
            }
            if (reason != null) {
                record.keep(session, file, reason);
            }
        });
        if (reason != null) {
            terminal.progress("EMERGENCY: " + site.component() + " in environment " + file.environment()
                    + " goes without what the environment demands: " + reason);
            terminal.progress("EMERGENCY: kept in the record; two persons have to approve it afterwards:"
                    + " lockkeeper approve FILE --record");
        }
    }
}
