package dev.lockkeeper.cli;

import dev.lockkeeper.gate.Authors;
import dev.lockkeeper.gate.PlanDraft;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileWriter;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.trace.Traceparent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What {@code lockkeeper plan --out FILE} gathers and writes. */
final class PlanDocument {
    static final String OUT = "--out";

    static final String MAKER = "--as";
    private static final int LONGEST_NAME = 200;
    static final String VALID = "--valid";
    private static final Duration WEEK = Duration.ofDays(7);

    private final Request request;
    private final List<PlanPart> parts = new ArrayList<>();
    private @Nullable Instant seen;

    PlanDocument(Request request) {
        this.request = request;
    }

    static void options(CommandSpec spec) {
        spec.addOption(Options.text(OUT, "FILE", "write the plan to a new file, to be approved and run exactly"))
                .addOption(Options.text(
                        MAKER, "NAME", "with --out: who makes the plan (default: the mail address that git knows)"))
                .addOption(Options.text(
                        VALID, "TIME", "with --out: for how long it may be run, such as 48h (default: 168h)"));
    }

    /** Plans for a component, and keeps what a file says of it. */
    Plan plan(Worksite site) {
        PlanDraft draft = new PlanDraft(request, site.tokens());
        Plan plan = site.lockkeeper().admit(request, draft).plan();
        PlanPart part = draft.part();
        if (part != null && !plan.isEmpty()) {
            parts.add(part);
            seen = draft.seen();
        }
        return plan;
    }

    /**
     * Writes the file; null when there is nothing to do, of which there is no plan.
     *
     * @param made where in a trace it is made
     */
    @Nullable
    PlanFile write(ParseResult arguments, Project project, List<Worksite> sites, Traceparent made) {
        Instant now = seen;
        if (parts.isEmpty() || now == null) {
            return null;
        }
        String environment = sites.get(0).rules().environment();
        if (sites.stream().anyMatch(site -> !site.rules().environment().equals(environment))) {
            throw Problem.of(Code.USAGE, "the components are in databases of several environments")
                    .help("make a plan for each: --component NAME")
                    .asException();
        }
        Path folder = Workplace.folder(arguments);
        Authors authors = Authors.of(
                folder,
                parts.stream()
                        .flatMap(part -> part.steps().stream())
                        .map(step -> Workplace.path(step.file()))
                        .toList());
        boolean judged = sites.stream().anyMatch(site -> site.rules().approvals() > 0);
        if (judged && authors.unknown() != null) {
            throw Problem.of(Code.APPROVAL_REFUSED, "it is not known who has committed the scripts")
                    .because(authors.unknown())
                    .help("fetch the whole history: git fetch --unshallow")
                    .asException();
        }
        if (request.direction() == Direction.DOWN) {
            // a later component may build on an earlier one, so it goes first on the way back
            Collections.reverse(parts);
        }
        String maker = maker(arguments, folder);
        sites.get(0).rules().authors(maker, authors.names()).ifPresent(problem -> {
            throw problem.asException();
        });
        PlanFile file = new PlanFile(
                TopHelp.version(),
                project.name(),
                environment,
                maker,
                authors.names(),
                now,
                now.plus(Options.duration(arguments, VALID, WEEK)),
                made,
                parts);
        PlanFileWriter.write(Workplace.path(Options.value(arguments, OUT, "")), file);
        return file;
    }

    /** Who makes a document that others read: the option, or what git and the system say; one line of which nothing is hidden. */
    static String maker(ParseResult arguments, Path folder) {
        String maker = Stream.of(
                        Options.value(arguments, MAKER, "").strip(),
                        Authors.self(folder).orElse(""),
                        Objects.toString(System.getProperty("user.name"), "").strip())
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElseThrow(() -> Problem.of(Code.USAGE, "it is not known who makes the plan")
                        .help("add --as NAME")
                        .asException());
        return Options.line(MAKER, maker, LONGEST_NAME);
    }
}
