package dev.lockkeeper.cli;

import dev.lockkeeper.evidence.Bundle;
import dev.lockkeeper.evidence.Check;
import dev.lockkeeper.evidence.Collector;
import dev.lockkeeper.evidence.Demands;
import dev.lockkeeper.evidence.Recorded;
import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileReader;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Signers;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.trace.Traceparent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper evidence}: one file that shows what a release was and what became of it. */
final class EvidenceCommand implements Command {
    private static final List<String> ACTIONS = List.of("collect", "verify");
    private static final String OUT = "--out";
    private static final String KEY = "--key";
    private static final String OFFLINE = "--offline";
    private static final String SIGNERS = "--signers";
    private static final String REVOKED = "--revoked";

    private final Map<String, String> variables;

    EvidenceCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "evidence",
                        "Puts all that shows a release into one file: the plan, findings, rehearsal, proof, approvals and what"
                                + " production did, with a page for people; or verifies such a file, without network and without"
                                + " a database."))
                .addPositional(positional(0, "0", "ACTION", "collect or verify", "1"))
                .addPositional(positional(
                        1,
                        "1..*",
                        "FILE",
                        "collect: what lint, rehearse, smoke, check, apply and rollback printed with --output json, in any"
                                + " order, or a folder of such files; verify: the bundle",
                        "0..*"))
                .addOption(
                        Options.text(PlanPassage.PLAN, "FILE", "collect: the plan; approvals beside it are taken too"))
                .addOption(Options.text(OUT, "FILE", "collect: the bundle, a new zip file"))
                .addOption(
                        Options.text(KEY, "FILE", "collect: sign the bundle with this SSH key, as approve signs plans"))
                .addOption(OptionSpec.builder(OFFLINE)
                        .description("collect: do not ask the record of the database")
                        .build())
                .addOption(Options.text(
                        SIGNERS,
                        "FILE",
                        "verify: who may approve and sign by what you know; without it the bundle is believed in that"))
                .addOption(Options.text(REVOKED, "FILE", "verify: with --signers, keys that do not count any more"));
        return Options.examples(
                spec,
                "lockkeeper evidence collect reports --plan plan.json --out release.zip",
                "lockkeeper evidence verify release.zip",
                "lockkeeper evidence verify release.zip --signers allowed_signers");
    }

    private static PositionalParamSpec positional(
            int order, String index, String label, String description, String arity) {
        return PositionalParamSpec.builder()
                .index(index)
                .paramLabel(label)
                .type(order == 0 ? String.class : List.class)
                .auxiliaryTypes(String.class)
                .arity(arity)
                .required(order == 0)
                .description(description)
                .build();
    }

    @Override
    public @Nullable Traceparent origin(ParseResult arguments) {
        return PlanPassage.origin(arguments);
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        List<Path> files = arguments.hasMatchedPositional(1)
                ? arguments.matchedPositionalValue(1, List.<String>of()).stream()
                        .map(Workplace::path)
                        .toList()
                : List.of();
        return switch (action) {
            case "collect" -> collect(arguments, files, terminal);
            case "verify" -> verify(arguments, files, terminal);
            default ->
                throw Problem.of(Code.USAGE, "evidence has no action " + action)
                        .help(Nearest.to(action, ACTIONS)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", ACTIONS)))
                        .asException();
        };
    }

    private int collect(ParseResult arguments, List<Path> files, Terminal terminal) {
        Path path = Workplace.path(required(arguments, PlanPassage.PLAN));
        Path out = Workplace.path(required(arguments, OUT));
        PlanFile plan = PlanFileReader.read(path);
        Project project = Workplace.project(arguments);
        PlanPassage.requireProject(plan, project);
        List<Approval> approvals = Approval.beside(path);
        approvals.stream()
                .filter(approval -> Approvals.signer(approval, plan.digest()).isEmpty())
                .forEach(approval -> terminal.progress(
                        "note: left out, since it is no approval of this plan: " + Style.line(approval.source())));
        List<Recorded> recorded =
                arguments.hasMatchedOption(OFFLINE) ? List.of() : recorded(arguments, project, plan, terminal);
        Bundle bundle = new Collector(
                        TopHelp.version(), plan, ScriptReader.read(path), project.signers(), Demands.of(project, plan))
                .collect(
                        approvals,
                        PlanComments.beside(path, plan, terminal),
                        files.stream().flatMap(EvidenceCommand::reports).toList(),
                        recorded,
                        arguments.hasMatchedOption(KEY) ? Workplace.path(Options.value(arguments, KEY, "")) : null);
        bundle.write(out);
        return tell(out, bundle, "written to", terminal);
    }

    private List<Recorded> recorded(ParseResult arguments, Project project, PlanFile plan, Terminal terminal) {
        List<Worksite> sites = PlanPassage.sites(arguments, project, plan, variables, terminal);
        List<Recorded> recorded = new ArrayList<>();
        for (PlanPart part : plan.parts()) {
            sites.stream()
                    .filter(site -> site.component().equals(part.component()))
                    .forEach(site -> recorded.add(site.lockkeeper().recorded(plan, part)));
        }
        return recorded;
    }

    private static int verify(ParseResult arguments, List<Path> files, Terminal terminal) {
        if (files.size() != 1) {
            throw Problem.of(Code.USAGE, "verify takes one bundle")
                    .help("lockkeeper evidence verify FILE")
                    .asException();
        }
        @Nullable AllowedSigners own = null;
        if (arguments.hasMatchedOption(SIGNERS)) {
            Path revoked =
                    arguments.hasMatchedOption(REVOKED) ? Workplace.path(Options.value(arguments, REVOKED, "")) : null;
            own = AllowedSigners.read(new Signers(Workplace.path(Options.value(arguments, SIGNERS, "")), revoked));
        } else if (arguments.hasMatchedOption(REVOKED)) {
            throw Problem.of(Code.USAGE, REVOKED + " needs " + SIGNERS).asException();
        }
        Bundle bundle = Bundle.read(files.get(0), TopHelp.version(), own);
        boolean holds = bundle.checks().stream().allMatch(check -> check.grade() == Check.Grade.HOLDS);
        return tell(files.get(0), bundle, holds ? "verified" : "not verified", terminal);
    }

    /** A file, or those of a folder by their names. */
    private static Stream<Path> reports(Path file) {
        if (!Files.isDirectory(file)) {
            return Stream.of(file);
        }
        try (Stream<Path> found = Files.list(file)) {
            return found.filter(one -> String.valueOf(one.getFileName()).endsWith(".json")).sorted().toList().stream();
        } catch (IOException | UncheckedIOException e) {
            throw Problem.of(Code.FILE_UNREADABLE, "the folder cannot be read: " + e.getMessage())
                    .at(Place.of(ScriptReader.display(file)))
                    .asException(e);
        }
    }

    private static String required(ParseResult arguments, String option) {
        return Optional.ofNullable(arguments.matchedOptionValue(option, (String) null))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> Problem.of(Code.USAGE, option + " is missing")
                        .help("lockkeeper evidence collect FILE... --plan FILE --out FILE")
                        .asException());
    }

    /** Tells what was looked at, and gives the exit code. */
    private static int tell(Path file, Bundle bundle, String done, Terminal terminal) {
        List<Problem> problems = bundle.checks().stream()
                .flatMap(check -> check.problems().stream())
                // the first decides the exit code
                .sorted(Comparator.comparing(problem -> problem.code() == Code.EVIDENCE_LACKING))
                .toList();
        String shown = ScriptReader.display(file);
        Style style = terminal.style();
        for (Check check : bundle.checks()) {
            boolean holds = check.grade() == Check.Grade.HOLDS;
            terminal.result(
                    "  " + (holds ? style.good("✓") : style.bad("!")) + " " + Style.pad(check.about(), 12) + "  "
                            + (holds
                                    ? Style.line(check.holds())
                                    : check.grade().key() + ": "
                                            + PlanReport.count(check.problems().size(), "point")));
        }
        terminal.result(done + " " + shown + ": " + bundle.digest()
                + bundle.seal()
                        .map(seal -> ", signed with " + seal.key().fingerprint())
                        .orElse(""));
        terminal.result(
                "lockkeeper/evidence/v1",
                json -> json.put("file", shown)
                        .put("digest", bundle.digest())
                        .put("plan", bundle.plan())
                        .put(
                                "signedWith",
                                bundle.seal()
                                        .map(seal -> seal.key().fingerprint())
                                        .orElse(null))
                        .texts("parts", bundle.names())
                        .array(
                                "checks",
                                bundle.checks(),
                                (j, check) -> j.put("about", check.about())
                                        .put("grade", check.grade().key())
                                        .put("holds", check.grade() == Check.Grade.HOLDS ? check.holds() : null))
                        .array("errors", problems, Json::problem));
        if (problems.isEmpty()) {
            return 0;
        }
        LockkeeperException told = new LockkeeperException(problems);
        terminal.error(told);
        return told.category().exitCode();
    }
}
