package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.loss.Loss;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.telemetry.Measure;
import dev.lockkeeper.trace.Traceparent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper plan}: what apply or rollback would do. */
final class PlanCommand implements Command {
    static final String ROLLBACK = "--rollback";

    /** The options of which a plan is made. */
    static final List<String> MAKING =
            List.of(Options.TO, ROLLBACK, Options.STEPS, PlanDocument.OUT, PlanDocument.MAKER, PlanDocument.VALID);

    private final Map<String, String> variables;

    PlanCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                "plan",
                "Shows what apply, or with --rollback rollback, would do. Changes nothing."
                        + " With an action it has people ask about the steps of a plan file: while a comment is open,"
                        + " the plan is not run."));
        spec.addOption(Options.text(Options.TO, "VERSION", "stop at this version"))
                .addOption(OptionSpec.builder(ROLLBACK)
                        .description("plan a rollback instead")
                        .build())
                .addOption(Options.text(Options.STEPS, "N", "with --rollback: how many migrations (default: 1)"));
        PlanDocument.options(spec);
        PlanComments.options(spec);
        return Options.examples(
                spec,
                "lockkeeper plan",
                "lockkeeper plan --environment staging --out plan.json",
                "lockkeeper plan --to 4",
                "lockkeeper plan --rollback --steps 2 --output json",
                "lockkeeper plan comment plan.json --step 2 -m \"Why now?\" --key keys/anna",
                "lockkeeper plan comments plan.json");
    }

    /** What is asked and answered about a plan is found by its trace. */
    @Override
    public @Nullable Traceparent origin(ParseResult arguments) {
        return arguments.hasMatchedPositional(1) ? PlanPassage.origin(arguments.matchedPositionalValue(1, "")) : null;
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        if (PlanComments.areAsked(arguments)) {
            return PlanComments.run(arguments, variables, terminal);
        }
        Request request = arguments.hasMatchedOption(ROLLBACK)
                ? RunCommand.rollbackRequest(arguments)
                : RunCommand.applyRequest(arguments);
        Project project = Workplace.project(arguments);
        List<Worksite> sites = Workplace.sites(arguments, project, variables, terminal);
        boolean kept = arguments.hasMatchedOption(PlanDocument.OUT);
        PlanDocument document = new PlanDocument(request);
        List<Plan> plans = new ArrayList<>();
        List<List<Loss>> losses = new ArrayList<>();
        for (Worksite site : sites) {
            Lockkeeper component = site.lockkeeper();
            Plan plan = kept ? document.plan(site) : component.plan(request);
            plans.add(plan);
            if (request.direction() == Direction.UP && request.to() == null) {
                terminal.narration()
                        .telemetry()
                        .measured(new Measure.Pending(
                                site.component(), plan.steps().size()));
            }
            losses.add(component.losses(plan));
            terminal.result(PlanReport.text(plan, component.target().toString(), terminal.style()));
            terminal.result(Consent.lines(losses.get(losses.size() - 1)));
        }
        @Nullable
        PlanFile file = kept
                ? document.write(arguments, project, sites, terminal.narration().place())
                : null;
        if (file != null) {
            terminal.warn(Approvers.lacking(project, project.environment(file.environment()), Instant.now()));
            terminal.result("written to " + Options.value(arguments, PlanDocument.OUT, "") + ": " + file.digest()
                    + ", by " + Style.line(file.maker()) + ", valid until " + file.expiresAt());
        } else if (kept) {
            terminal.progress("note: no file was written, since there is nothing to do");
        }
        terminal.result(
                "lockkeeper/plan/v1",
                json -> json.put("file", file == null ? null : Options.value(arguments, PlanDocument.OUT, ""))
                        .put("fileDigest", file == null ? null : file.digest())
                        .array("components", plans, (j, plan) -> {
                            int i = plans.indexOf(plan);
                            PlanReport.json(
                                    j, plan, sites.get(i).lockkeeper().target().toString());
                            j.array("losses", losses.get(i), RunProgress::loss);
                        }));
        return 0;
    }
}
