package dev.lockkeeper.cli;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.Approver;
import dev.lockkeeper.gate.Authors;
import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileReader;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.trace.Traceparent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper approve}: a person signs a plan file. */
final class ApproveCommand implements Command {
    private static final String KEY = "--key";
    private static final String RECORD = "--record";

    private final Map<String, String> variables;

    ApproveCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "approve",
                        "Signs a plan file with an SSH key of type Ed25519 and writes the signature beside it. The signer must"
                                + " be in the project's file of allowed signers, and have neither made the plan nor"
                                + " committed its scripts."))
                .addPositional(Options.positional("FILE", "the plan, as plan --out wrote it", true))
                .addOption(Options.text(
                        KEY,
                        "FILE",
                        "the private key, or the public one of a key that an agent holds (default: ~/.ssh/id_ed25519)"))
                .addOption(OptionSpec.builder(RECORD)
                        .description(
                                "keep the approval, and the comments that lie beside the plan, in the record of the database too")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper approve plan.json --key keys/anna",
                "lockkeeper approve plan.json --key keys/anna --record");
    }

    @Override
    public @Nullable Traceparent origin(ParseResult arguments) {
        return PlanPassage.origin(arguments.matchedPositionalValue(0, ""));
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Path path = Workplace.path(arguments.matchedPositionalValue(0, ""));
        PlanFile plan = PlanFileReader.read(path);
        Project project = Workplace.project(arguments);
        PlanPassage.requireProject(plan, project);
        List<Worksite> sites = arguments.hasMatchedOption(RECORD)
                ? PlanPassage.sites(arguments, project, plan, variables, terminal)
                : List.of();
        terminal.result(lines(plan, terminal.style()));
        List<String> authors = Authors.of(Workplace.folder(arguments), PlanPassage.scripts(plan))
                .names();
        List<Comment> beside = PlanComments.beside(path, plan, terminal);
        List<Comment> comments = new ArrayList<>(beside);
        sites.forEach(site -> site.lockkeeper()
                .approvals((record, session) -> comments.addAll(record.comments(session, plan.digest()))));
        terminal.warn(new NamedPlan(arguments.matchedPositionalValue(0, ""))
                .in(PlanComments.judge(comments, plan, project, authors).problems()));
        Approvals.Accepted approval = new Approver(
                        key(arguments, KEY, variables), AllowedSigners.read(project.signers()), roles(project, plan))
                .approve(plan, authors, Instant.now());
        boolean written = Approver.isWritten(path, plan, approval);
        String file = (written ? Approver.file(path, approval) : Approver.write(path, approval)).toString();
        boolean recorded = record(sites, plan, approval, beside, file);
        if (written && !recorded) {
            throw Approver.again(approval, file).asException();
        }
        terminal.result(
                terminal.style().good("✓") + " " + Style.line(approval.name()) + " has approved " + plan.digest());
        terminal.result("  signature: " + file);
        sites.forEach(site ->
                terminal.result("  kept in the record of " + site.lockkeeper().target()));
        if (sites.isEmpty() && !beside.isEmpty()) {
            terminal.result("  hand on with the plan: " + PlanReport.count(beside.size(), "comment")
                    + " beside it, or have the record of the database keep them: " + RECORD);
        }
        terminal.result(
                "lockkeeper/approval/v1",
                json -> json.put("digest", plan.digest())
                        .put("environment", plan.environment())
                        .put("principal", approval.name())
                        .put("key", approval.key().fingerprint())
                        .put("signature", file)
                        .texts("databases", PlanPassage.databases(sites)));
        return 0;
    }

    /**
     * Keeps it in each database, with the comments that the person has seen: from then on it helps nobody to remove their files.
     *
     * @return whether one of them did not have the approval yet
     */
    private static boolean record(
            List<Worksite> sites, PlanFile plan, Approvals.Accepted approval, List<Comment> comments, String file) {
        AtomicBoolean fresh = new AtomicBoolean();
        try {
            sites.forEach(site -> site.lockkeeper().approvals((record, session) -> {
                comments.forEach(comment -> record.keep(session, plan, comment));
                if (record.keep(session, plan, approval)) {
                    fresh.set(true);
                }
            }));
        } catch (LockkeeperException e) {
            throw new LockkeeperException(
                    e.problems().stream()
                            .map(problem -> problem.note("kept: the signature " + file))
                            .toList(),
                    e);
        }
        return fresh.get();
    }

    /** What a person is about to sign. */
    private static List<String> lines(PlanFile plan, Style style) {
        List<String> lines = new ArrayList<>();
        for (PlanPart part : plan.parts()) {
            lines.add(style.strong(Style.line(part.component())) + " in database "
                    + Style.line(part.database().name()) + " of environment " + Style.line(plan.environment()) + ": "
                    + part.direction().command() + " "
                    + PlanReport.count(part.steps().size(), "script"));
            for (PlannedStep step : part.steps()) {
                lines.add("  " + (part.direction() == Direction.UP ? "+ " : "- ") + Style.line(step.name()) + "  "
                        + Style.line(step.description()) + "  " + Style.line(step.file()) + "  "
                        + Style.line(step.checksum()));
            }
        }
        lines.add(
                "  made by " + Style.line(plan.maker()) + " at " + plan.madeAt() + ", valid until " + plan.expiresAt());
        if (!plan.authors().isEmpty()) {
            lines.add("  scripts committed by " + Style.line(String.join(", ", plan.authors())));
        }
        return lines;
    }

    /** Of an environment that the project does not know any more, nothing is demanded here; applying asks again. */
    static Roles roles(Project project, PlanFile plan) {
        Environment environment = project.environments().get(plan.environment());
        return environment == null
                ? Roles.everybody()
                : environment.protection().roles();
    }

    /** The file of the key with which a person signs. */
    static Path key(ParseResult arguments, String option, Map<String, String> variables) {
        String home = variables.getOrDefault("HOME", System.getProperty("user.home", "."));
        return Workplace.path(Options.value(arguments, option, home + "/.ssh/id_ed25519"));
    }
}
