package dev.lockkeeper.cli;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Authors;
import dev.lockkeeper.gate.Comment;
import dev.lockkeeper.gate.CommentFile;
import dev.lockkeeper.gate.Commenter;
import dev.lockkeeper.gate.Comments;
import dev.lockkeeper.gate.PlanFile;
import dev.lockkeeper.gate.PlanFileReader;
import dev.lockkeeper.gate.PlanPart;
import dev.lockkeeper.gate.PlannedStep;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper plan comment}, {@code comments} and {@code resolve}: what people ask about the steps of a plan file. */
final class PlanComments {
    private static final List<String> ACTIONS = List.of("comment", "comments", "resolve");
    private static final String STEP = "--step";
    private static final String LINE = "--line";
    private static final String TEXT = "--text";
    private static final String KEY = "--key";
    private static final String RECORD = "--record";
    private static final List<String> OWN = List.of(STEP, LINE, TEXT, KEY, RECORD, Options.CHECK);
    private static final int SHORTEST = 4;

    private final ParseResult arguments;
    private final Map<String, String> variables;
    private final Terminal terminal;
    private final Path path;
    private final PlanFile plan;
    private final Project project;
    private final List<Worksite> sites;
    private final List<Comment> known;
    private final List<Approval> approvals;

    private PlanComments(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        this.arguments = arguments;
        this.variables = variables;
        this.terminal = terminal;
        this.path = Workplace.path(words(arguments).get(1));
        this.plan = PlanFileReader.read(path);
        this.project = Workplace.project(arguments);
        PlanPassage.requireProject(plan, project);
        this.sites = arguments.hasMatchedOption(RECORD)
                ? PlanPassage.sites(arguments, project, plan, variables, terminal)
                : List.of();
        this.known = new ArrayList<>(beside(path, plan, terminal));
        this.approvals = new ArrayList<>(Approval.beside(path));
        sites.forEach(site -> site.lockkeeper().approvals((record, session) -> {
            known.addAll(record.comments(session, plan.digest()));
            approvals.addAll(record.approvals(session, plan.digest()));
        }));
    }

    static void options(CommandSpec spec) {
        spec.addPositional(Options.positional(
                        0, "ACTION", "comment, comments or resolve a plan file; without it a plan is made", false))
                .addPositional(Options.positional(1, "FILE", "the plan, as plan --out wrote it", false))
                .addPositional(Options.positional(2, "ID", "resolve: which comment, as comments shows it", false))
                .addOption(Options.text(STEP, "STEP", "comment: the version, or the label of a repeatable script"))
                .addOption(Options.text(LINE, "N", "comment: which line of its file (default: the step as a whole)"))
                .addOption(OptionSpec.builder("-m", TEXT)
                        .paramLabel("TEXT")
                        .type(String.class)
                        .arity("1")
                        .description("comment, resolve: what is asked, or why it is resolved; one line")
                        .build())
                .addOption(Options.text(
                        KEY, "FILE", "comment, resolve: the key, as for approve (default: ~/.ssh/id_ed25519)"))
                .addOption(OptionSpec.builder(RECORD)
                        .description("comment, comments, resolve: read and write the record of the database too")
                        .build())
                .addOption(OptionSpec.builder(Options.CHECK)
                        .description("comments: end with exit code 3 while one is open or approvals are missing")
                        .build());
    }

    /**
     * Whether the command line asks for this, and not for a plan.
     *
     * @throws LockkeeperException {@code usage} when it has options of both: one letter less must not make another plan
     */
    static boolean areAsked(ParseResult arguments) {
        boolean asked = !words(arguments).isEmpty();
        for (String option : asked ? PlanCommand.MAKING : OWN) {
            if (arguments.hasMatchedOption(option)) {
                throw Problem.of(
                                Code.USAGE,
                                asked
                                        ? option + " is for making a plan, and not for plan "
                                                + words(arguments).get(0)
                                        : option + " is for plan " + String.join(", ", ACTIONS))
                        .help(asked ? null : "lockkeeper plan comment FILE " + STEP + " STEP " + TEXT + " TEXT")
                        .asException();
            }
        }
        return asked;
    }

    static int run(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        List<String> words = words(arguments);
        String action = words.get(0);
        if (!ACTIONS.contains(action)) {
            throw Problem.of(Code.USAGE, "plan has no action " + action)
                    .help(Nearest.to(action, ACTIONS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", ACTIONS) + ", and none, which makes a plan"))
                    .asException();
        }
        int wanted = action.equals("resolve") ? 3 : 2;
        if (words.size() != wanted) {
            throw Problem.of(
                            Code.USAGE,
                            "plan " + action + " takes a plan file"
                                    + (wanted == 3 ? " and the id of a comment, as plan comments shows it" : ""))
                    .help("lockkeeper plan " + action + " FILE" + (wanted == 3 ? " ID " + TEXT + " TEXT" : ""))
                    .asException();
        }
        PlanComments comments = new PlanComments(arguments, variables, terminal);
        return switch (action) {
            case "comment" -> comments.comment();
            case "resolve" -> comments.resolve(words.get(2));
            default -> comments.show();
        };
    }

    private static List<String> words(ParseResult arguments) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 3 && arguments.hasMatchedPositional(i); i++) {
            words.add(arguments.matchedPositionalValue(i, ""));
        }
        return words;
    }

    private int comment() {
        String text = text();
        if (text.isEmpty()) {
            throw Problem.of(Code.USAGE, TEXT + " is missing")
                    .help("write what is to be answered before the plan runs: -m TEXT")
                    .asException();
        }
        PlanPart part = part();
        PlannedStep step = step(part);
        Comment comment = commenter().ask(plan, part, step, line(step), text, Instant.now());
        return keep(comment, comment, comment.by() + " asks about " + step.name() + " of " + part.component());
    }

    private int resolve(String thread) {
        Comment question = question(thread);
        Comment answer = commenter().resolve(plan, question, known, authors(), text(), Instant.now());
        return keep(answer, question, answer.by() + " has resolved " + question.id());
    }

    private int keep(Comment comment, Comment question, String told) {
        String file = CommentFile.write(path, comment).toString();
        try {
            sites.forEach(site -> site.lockkeeper().approvals((record, session) -> {
                // the record may not know the question yet, and an answer alone would say nothing
                record.keep(session, plan, question);
                record.keep(session, plan, comment);
            }));
        } catch (LockkeeperException e) {
            throw new LockkeeperException(
                    e.problems().stream()
                            .map(problem -> problem.note("kept: the comment " + file))
                            .toList(),
                    e);
        }
        terminal.result(terminal.style().good("✓") + " " + Style.line(told));
        terminal.result("  comment: " + file);
        if (sites.isEmpty()) {
            terminal.result("  hand it on with the plan, or have the record of the database keep it: " + RECORD);
        }
        tellExpired();
        sites.forEach(site ->
                terminal.result("  kept in the record of " + site.lockkeeper().target()));
        terminal.result(
                "lockkeeper/comment/v1",
                json -> json.put("digest", plan.digest())
                        .put("thread", question.id())
                        .put("by", comment.by())
                        .put("file", file)
                        .texts("databases", PlanPassage.databases(sites)));
        return 0;
    }

    /** By the clock of this machine, where that of the server decides. */
    private void tellExpired() {
        if (!Instant.now().isBefore(plan.expiresAt())) {
            terminal.progress("note: the plan has expired at " + plan.expiresAt()
                    + " and is not run any more; comments do not go over to another plan");
        }
    }

    private int show() {
        tellExpired();
        List<Comments.Discussion> threads =
                judge(known, plan, project, authors()).threads();
        Style style = terminal.style();
        for (Comments.Discussion thread : threads) {
            Comment question = thread.question();
            Comment resolved = thread.resolved();
            terminal.result((thread.isOpen() ? style.bad("open") : style.good("resolved")) + "  " + question.id() + "  "
                    + Style.line(place(question)) + "  " + Style.line(thread.asked()) + ": "
                    + Style.line(question.text()));
            if (thread.doubt() != null) {
                terminal.result("  " + Style.line(thread.doubt()));
            }
            if (resolved != null) {
                terminal.result("  resolved by " + Style.line(resolved.by()) + " at " + resolved.at()
                        + (resolved.text().isEmpty() ? "" : ": " + Style.line(resolved.text())));
            }
            thread.refused().forEach(reason -> terminal.result("  does not resolve it: " + Style.line(reason)));
        }
        PlanApprovals approved = PlanApprovals.of(approvals, plan, project, authors());
        long open = threads.stream().filter(Comments.Discussion::isOpen).count();
        terminal.result(
                threads.isEmpty()
                        ? "no comments"
                        : PlanReport.count(threads.size(), "comment") + ", " + open + " open");
        approved.lines(style).forEach(terminal::result);
        terminal.result("lockkeeper/comments/v1", json -> {
            json.put("digest", plan.digest()).put("open", open).array("threads", threads, PlanComments::thread);
            approved.json(json);
        });
        return arguments.hasMatchedOption(Options.CHECK) && (open > 0 || !approved.areEnough())
                ? Category.FINDINGS.exitCode()
                : 0;
    }

    private static void thread(Json json, Comments.Discussion thread) {
        Comment question = thread.question();
        json.put("thread", question.id())
                .put("open", thread.isOpen())
                .put("component", question.component())
                .put("step", question.step())
                .put("file", question.file())
                .put("line", question.line())
                .put("by", thread.asked())
                .put("at", question.at().toString())
                .put("text", question.text())
                .put("doubt", thread.doubt())
                .objectOrNull(
                        "resolved",
                        thread.resolved(),
                        (j, resolved) -> j.put("by", resolved.by())
                                .put("at", resolved.at().toString())
                                .put("text", resolved.text()))
                .texts("refused", thread.refused());
    }

    private static String place(Comment question) {
        return question.component() + " " + question.step() + " " + question.file()
                + (question.line() == 0 ? "" : ":" + question.line());
    }

    /** The comments that lie beside a plan; what is left out is told. */
    static List<Comment> beside(Path path, PlanFile plan, Terminal terminal) {
        CommentFile.Found found = CommentFile.beside(path, plan.digest());
        found.others()
                .forEach(file -> terminal.progress(
                        "note: left out, since it is a comment on another plan: " + Style.line(file)));
        return found.comments();
    }

    /** What keeps a plan from being run, by what is known here. */
    static Comments judge(List<Comment> known, PlanFile plan, Project project, List<String> authors) {
        return Comments.judge(
                known,
                plan.digest(),
                plan.involved(authors),
                AllowedSigners.read(project.signers()),
                ApproveCommand.roles(project, plan),
                Instant.now());
    }

    private Commenter commenter() {
        return new Commenter(
                ApproveCommand.key(arguments, KEY, variables),
                AllowedSigners.read(project.signers()),
                ApproveCommand.roles(project, plan));
    }

    private List<String> authors() {
        return Authors.of(Workplace.folder(arguments), PlanPassage.scripts(plan))
                .names();
    }

    private String text() {
        return Options.line(TEXT, Options.value(arguments, TEXT, "").strip(), Comment.LONGEST);
    }

    private PlanPart part() {
        List<String> named = Options.values(arguments, Options.COMPONENT);
        Object key = PlannedStep.key(wantedStep());
        List<PlanPart> parts = plan.parts().stream()
                .filter(part -> named.isEmpty() || named.contains(part.component()))
                .filter(part -> part.steps().stream()
                        .anyMatch(step -> PlannedStep.key(step.name()).equals(key)))
                .toList();
        if (parts.size() == 1) {
            return parts.get(0);
        }
        if (parts.isEmpty()) {
            throw Problem.of(Code.VERSION_UNKNOWN, "the plan has no step " + wantedStep())
                    .help("it has "
                            + String.join(
                                    ", ",
                                    plan.parts().stream()
                                            .flatMap(part -> part.steps().stream()
                                                    .map(step -> part.component() + " " + step.name()))
                                            .limit(20)
                                            .toList()))
                    .asException();
        }
        throw Problem.of(Code.USAGE, "several components of the plan have a step " + wantedStep())
                .help("add " + Options.COMPONENT + " NAME: "
                        + String.join(
                                ", ", parts.stream().map(PlanPart::component).toList()))
                .asException();
    }

    private String wantedStep() {
        String step = Options.value(arguments, STEP, "").strip();
        if (step.isEmpty()) {
            throw Problem.of(Code.USAGE, STEP + " is missing")
                    .help("name the step that the comment is about: " + STEP + " 2")
                    .asException();
        }
        return step;
    }

    private PlannedStep step(PlanPart part) {
        Object key = PlannedStep.key(wantedStep());
        return part.steps().stream()
                .filter(step -> PlannedStep.key(step.name()).equals(key))
                .findFirst()
                .orElseThrow();
    }

    private int line(PlannedStep step) {
        if (!arguments.hasMatchedOption(LINE)) {
            return 0;
        }
        int line = Workplace.number(Options.value(arguments, LINE, ""), LINE);
        Path file = Workplace.path(step.file());
        long lines = Files.isRegularFile(file) ? ScriptReader.read(file).lines().count() : Integer.MAX_VALUE;
        if (line < 1 || line > lines) {
            throw Problem.of(Code.USAGE, step.file() + " has no line " + line)
                    .because("it has " + lines)
                    .asException();
        }
        return line;
    }

    private Comment question(String thread) {
        List<Comment> found = judge(known, plan, project, authors()).threads().stream()
                .map(Comments.Discussion::question)
                .filter(comment -> thread.length() >= SHORTEST && comment.hex().startsWith(thread))
                .toList();
        List<String> ids = found.stream().map(Comment::digest).distinct().toList();
        if (ids.size() == 1) {
            return found.get(0);
        }
        throw Problem.of(
                        Code.USAGE,
                        ids.isEmpty() ? "the plan has no comment " + thread : thread + " is the beginning of several")
                .because(ids.isEmpty() ? null : String.join(", ", ids))
                .help("lockkeeper plan comments FILE shows all; " + RECORD + " also those that only the database has")
                .asException();
    }
}
