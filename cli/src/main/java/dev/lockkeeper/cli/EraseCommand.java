package dev.lockkeeper.cli;

import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.gate.Approver;
import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Roles;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.JsonFields;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.stewardship.erasure.Certificate;
import dev.lockkeeper.stewardship.erasure.ErasureFile;
import dev.lockkeeper.stewardship.erasure.Request;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper erase}: forgets a person, with a plan that a second person approves. */
final class EraseCommand implements Command {
    private static final List<String> ACTIONS =
            List.of("request", "plan", "approve", "run", "list", "withdraw", "reapply");
    static final String SUBJECT = "--subject";
    static final String KEY = "--key";
    private static final String REQUEST = "--request";
    private static final String OUT = "--out";
    private static final String SIGN = "--sign-with";
    private static final String FROM = "--from";
    private static final String ERASED = "lockkeeper/erased/v1";

    private static final JsonFields.Form LIST =
            new JsonFields.Form(Code.PLAN_FILE, "list", "take the file as lockkeeper erase list --out has written it");

    private final Map<String, String> variables;

    EraseCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "erase",
                        "Forgets a person. request keeps that somebody has asked for it; plan writes what would be done where, and"
                                + " what stays and why, signed by who makes it; approve is for a second person; run does it in all databases, searches again,"
                                + " and writes a certificate; list shows what is open and for how long, and ends with exit code 3"
                                + " when a request is overdue; reapply finds persons who are back after a restore. The record keeps"
                                + " keyed hashes, never the key of a person."))
                .addPositional(Options.positional("ACTION", String.join(", ", ACTIONS), true))
                .addPositional(PositionalParamSpec.builder()
                        .index("1")
                        .paramLabel("FILE")
                        .type(String.class)
                        .arity("0..1")
                        .required(false)
                        .description("approve, run: the plan, as erase plan --out wrote it")
                        .build())
                .addOption(Options.text(
                        SUBJECT, "NAME", "the kind of person, of the classification file (default: its only one)"))
                .addOption(Options.repeated(
                        KEY,
                        "VALUE",
                        "request, plan, run: the key of the person; repeated for a key of several columns"))
                .addOption(
                        Options.text(
                                REQUEST,
                                "ID",
                                "plan, withdraw: the request, or the beginning of its name (default for plan: the open one of the person)"))
                .addOption(
                        Options.text(
                                OUT,
                                "FILE",
                                "plan: the plan; run: the certificate; list: the keyed hashes for reapply; never overwrites one"))
                .addOption(Options.text(
                        PlanDocument.MAKER, "NAME", "plan: who makes it and signs it (default: what git says)"))
                .addOption(Options.text(
                        SIGN, "FILE", "plan, approve: the private key, or the public one of a key that an agent holds"))
                .addOption(
                        Options.text(Options.REASON, "TEXT", "request, withdraw: why; name the ticket, not the person"))
                .addOption(Options.text(FROM, "FILE", "reapply: keyed hashes that list --out wrote before the restore"))
                .addOption(OptionSpec.builder(RetainCommand.EXECUTE)
                        .description("reapply: forget them again; without this they are only counted")
                        .build())
                .addOption(Options.text(
                        RetainCommand.CONFIRM,
                        "DATABASE",
                        "the name of the database, where the environment wants it named"))
                .addOption(Options.patience());
        return Options.examples(
                spec,
                "lockkeeper erase request --key 42 --reason \"ticket 77\"",
                "lockkeeper erase plan --key 42 --out erase.json --as ben --sign-with keys/ben",
                "lockkeeper erase approve erase.json --sign-with keys/anna",
                "lockkeeper erase run erase.json --key 42 --out certificate.json",
                "lockkeeper erase list --output json",
                "lockkeeper erase reapply --from erased.json --execute");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        terminal.interruption().cancels(Interruption.TAKEN_BACK);
        String action = arguments.matchedPositionalValue(0, "");
        if (!ACTIONS.contains(action)) {
            throw Problem.of(Code.USAGE, "erase has no action " + action)
                    .help(Nearest.to(action, ACTIONS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", ACTIONS)))
                    .asException();
        }
        if (action.equals("approve")) {
            return approve(arguments, terminal);
        }
        Erasing erasing = new Erasing(
                Stewardship.of(arguments, variables, terminal), variables, Options.patience(arguments), terminal);
        return switch (action) {
            case "request" -> request(erasing, arguments, terminal);
            case "plan" -> plan(erasing, arguments, terminal);
            case "run" -> run(erasing, arguments, terminal);
            case "withdraw" -> withdraw(erasing, arguments, terminal);
            case "reapply" -> reapply(erasing, arguments, terminal);
            default -> list(erasing, arguments, terminal);
        };
    }

    private static int request(Erasing erasing, ParseResult arguments, Terminal terminal) {
        Erasing.Person person = erasing.person(arguments);
        String reason = Options.reason(arguments);
        erasing.requireOperators();
        Request request = erasing.receive(person, reason);
        terminal.result(
                "request " + terminal.style().strong(request.id()) + " is kept, to be done by " + request.dueAt());
        terminal.result("  next: lockkeeper erase plan --key KEY --out erase.json");
        terminal.result("lockkeeper/erasure-request/v1", json -> json(json, request));
        return 0;
    }

    private int plan(Erasing erasing, ParseResult arguments, Terminal terminal) {
        Request request = arguments.hasMatchedOption(REQUEST)
                ? erasing.request(arguments, REQUEST)
                : erasing.open(erasing.person(arguments));
        Erasing.Person person = erasing.person(arguments, request);
        Path out = Workplace.path(needed(arguments, OUT, "the file of the plan"));
        String maker = PlanDocument.maker(arguments, Workplace.folder(arguments));
        ErasureFile file = ErasureFile.of(
                erasing.stewardship().project().name(),
                erasing.environment(),
                request,
                maker,
                erasing.stewardship().classification().digest(),
                erasing.works(person));
        Approvals.Accepted made = new Approver(
                        ApproveCommand.key(arguments, SIGN, variables), erasing.signers(), Roles.everybody())
                .make(file.digest(), maker, Instant.now());
        NewFile.requireRoom(out);
        // the signature first: a plan that nobody shows to have made is no use
        Path written = Approver.write(out, made);
        file.write(out);
        terminal.result(lines(file, terminal.style()));
        terminal.result("  next: a second person signs it: lockkeeper erase approve " + out);
        terminal.result("lockkeeper/erasure-planned/v1", json -> {
            json.put("file", out.toString())
                    .put("digest", file.digest())
                    .put("request", request.id())
                    .put("maker", made.name())
                    .put("signature", written.toString());
            json.array("databases", file.databases(), ErasureFile::work);
        });
        return 0;
    }

    /** What a person is about to sign, or has made. */
    private static List<String> lines(ErasureFile file, Style style) {
        List<String> lines = new ArrayList<>();
        for (ErasureFile.Work work : file.databases()) {
            lines.add(style.strong(Style.line(work.database())));
            work.lines()
                    .forEach(line -> lines.add("  " + Style.line(line.table()) + ": " + line.rows()
                            + (line.rows() == 1 ? " row " : " rows ") + said(line.way())
                            + (line.why().isEmpty() ? "" : ": " + Style.line(line.why()))));
            work.refreshed().forEach(view -> lines.add("  " + Style.line(view) + ": refreshed"));
        }
        lines.add("  of request " + Style.line(file.request()) + ", made by " + Style.line(file.maker()));
        lines.add("  digest " + file.digest());
        return lines;
    }

    private static String said(String way) {
        return switch (way) {
            case "delete" -> "deleted";
            case "anonymize" -> "anonymized";
            case "call" -> "changed by a function of the schema";
            case "follow" -> "changed along with the row that they lead to";
            default -> "kept";
        };
    }

    private int approve(ParseResult arguments, Terminal terminal) {
        Path path = file(arguments);
        ErasureFile file = ErasureFile.read(path);
        var project = Workplace.project(arguments);
        requireProject(file, project.name());
        terminal.result(lines(file, terminal.style()));
        Roles roles = project.environment(file.environment()).protection().roles();
        AllowedSigners signers = AllowedSigners.read(project.signers());
        Approvals.Accepted made = Erasing.maker(file, Approval.beside(path), signers);
        Approvals.Accepted approval = new Approver(ApproveCommand.key(arguments, SIGN, variables), signers, roles)
                .approve(file.digest(), made.names(), Instant.now());
        Path signature = Approver.write(path, approval);
        terminal.result(
                terminal.style().good("✓") + " " + Style.line(approval.name()) + " has approved " + file.digest());
        terminal.result("  signature: " + signature);
        terminal.result(
                "lockkeeper/erasure-approval/v1",
                json -> json.put("digest", file.digest())
                        .put("request", file.request())
                        .put("principal", approval.name())
                        .put("key", approval.key().fingerprint())
                        .put("signature", signature.toString()));
        return 0;
    }

    private static int run(Erasing erasing, ParseResult arguments, Terminal terminal) {
        Path path = file(arguments);
        ErasureFile file = ErasureFile.read(path);
        requireProject(file, erasing.stewardship().project().name());
        String out = Options.value(arguments, OUT, "");
        if (!out.isEmpty()) {
            // what is done cannot be done again, so its certificate would be lost
            NewFile.requireRoom(Workplace.path(out));
        }
        Request request = erasing.request(file.request());
        Erasing.Person person = erasing.person(arguments, request);
        if (!file.person().equals(request.person())) {
            throw ErasureFile.foreign("the plan is not of the person of request " + request.id())
                    .asException();
        }
        Approvals.Accepted made = Erasing.maker(file, Approval.beside(path), erasing.signers());
        Approvals approvals = erasing.approved(file, made, request, Approval.beside(path));
        erasing.stewardship().admit(terminal, arguments.matchedOptionValue(RetainCommand.CONFIRM, null));
        file.requireAlike(erasing.stewardship().classification().digest(), erasing.works(person));
        Certificate certificate = erasing.run(file, made, request, person, approvals);
        if (!out.isEmpty()) {
            NewFile.write(Workplace.path(out), Json.object(Certificate.SCHEMA, certificate::json) + "\n");
        }
        certificate.done().forEach((database, done) -> {
            terminal.result(
                    terminal.style().strong(database) + ": " + done.rows() + (done.rows() == 1 ? " row" : " rows")
                            + " changed, "
                            + (done.values() == 0
                                    ? "and nothing was searched for, because no column of find_by had a value"
                                    : "and nothing found afterwards in " + done.columns() + " columns"));
        });
        terminal.result(terminal.style().good("✓") + " request " + request.id() + " is done"
                + (out.isEmpty() ? "" : "; certificate: " + out));
        terminal.result(Certificate.SCHEMA, certificate::json);
        return 0;
    }

    private static int withdraw(Erasing erasing, ParseResult arguments, Terminal terminal) {
        Request request = erasing.request(arguments, REQUEST);
        String reason = Options.reason(arguments);
        erasing.requireOperators();
        erasing.withdraw(request, reason);
        terminal.result("request " + request.id() + " is withdrawn");
        terminal.result(
                "lockkeeper/erasure-withdrawn/v1",
                json -> json.put("request", request.id()).put("reason", reason));
        return 0;
    }

    private static int list(Erasing erasing, ParseResult arguments, Terminal terminal) {
        List<Request> requests = erasing.requests();
        String out = Options.value(arguments, OUT, "");
        if (!out.isEmpty()) {
            NewFile.write(
                    Workplace.path(out), Json.object(ERASED, json -> json.texts("persons", erasing.erased())) + "\n");
        }
        for (Request request : requests) {
            String state = request.state();
            terminal.result(request.id() + "  "
                    + (request.isLate() ? terminal.style().bad(state) : state) + "  " + Style.line(request.subject())
                    + "  due " + request.dueAt()
                    + (request.isOpen()
                            ? request.isLate()
                                    ? ", " + (-request.daysLeft() - 1) + " days ago"
                                    : ", " + request.daysLeft() + " days left"
                            : "")
                    + "  by " + Style.line(request.by()) + ": " + Style.line(Style.brief(request.reason())));
        }
        long open = requests.stream().filter(Request::isOpen).count();
        terminal.result(open + (open == 1 ? " request is open." : " requests are open."));
        terminal.result("lockkeeper/erasures/v1", json -> json.array("requests", requests, EraseCommand::json));
        return requests.stream().anyMatch(Request::isLate) ? Category.FINDINGS.exitCode() : 0;
    }

    private static int reapply(Erasing erasing, ParseResult arguments, Terminal terminal) {
        boolean execute = arguments.hasMatchedOption(RetainCommand.EXECUTE);
        Set<String> erased = new LinkedHashSet<>(erasing.erased());
        if (arguments.hasMatchedOption(FROM)) {
            Path from = Workplace.path(Options.value(arguments, FROM, ""));
            JsonFields fields = JsonFields.read(ScriptReader.display(from), ScriptReader.read(from), LIST);
            if (!fields.text("schema").equals(ERASED)) {
                throw ErasureFile.foreign(from + " is not what lockkeeper erase list --out has written")
                        .asException();
            }
            erased.addAll(fields.texts("persons"));
        }
        List<Erasing.Person> back = erasing.back(erased);
        long rows = 0;
        if (execute && !back.isEmpty()) {
            erasing.stewardship().admit(terminal, arguments.matchedOptionValue(RetainCommand.CONFIRM, null));
            rows = erasing.reapply(back);
        } else {
            for (Erasing.Person person : back) {
                rows += erasing.rows(person);
            }
        }
        long changed = rows;
        terminal.result(erased.size() + (erased.size() == 1 ? " person was" : " persons were") + " forgotten, and "
                + back.size() + " of them " + (back.size() == 1 ? "has" : "have") + " rows here: " + changed
                + (execute
                        ? " rows changed"
                        : " rows would be looked at; add " + RetainCommand.EXECUTE + " to forget them again"));
        terminal.result(
                "lockkeeper/erasure-reapplied/v1",
                json -> json.put("executed", execute)
                        .put("forgotten", erased.size())
                        .put("back", back.size())
                        .put("rows", changed));
        return 0;
    }

    private static void json(Json json, Request request) {
        json.put("request", request.id())
                .put("state", request.state())
                .put("subject", request.subject())
                .put("person", request.person())
                .put("requestedAt", request.requestedAt())
                .put("dueAt", request.dueAt())
                .put("daysLeft", request.daysLeft())
                .put("by", request.by())
                .put("reason", request.reason())
                .put("erasedAt", request.erasedAt())
                .put("withdrawnAt", request.withdrawnAt());
    }

    private static Path file(ParseResult arguments) {
        String text = arguments.matchedPositionalValue(1, "");
        if (text.isEmpty()) {
            throw Problem.of(Code.USAGE, "the file of the plan is missing")
                    .help("name what lockkeeper erase plan --out FILE has written")
                    .asException();
        }
        return Workplace.path(text);
    }

    static String needed(ParseResult arguments, String option, String what) {
        String text = Options.value(arguments, option, "");
        if (text.isEmpty()) {
            throw Problem.of(Code.USAGE, what + " is missing")
                    .help("add " + option)
                    .asException();
        }
        return text;
    }

    private static void requireProject(ErasureFile file, String project) {
        if (!file.project().equals(project)) {
            throw ErasureFile.foreign("the plan is of project " + file.project() + ", and this is " + project)
                    .asException();
        }
    }
}
