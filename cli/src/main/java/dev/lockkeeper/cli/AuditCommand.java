package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.audit.Archiver;
import dev.lockkeeper.audit.AuditTrail;
import dev.lockkeeper.audit.ChainEntry;
import dev.lockkeeper.audit.Head;
import dev.lockkeeper.audit.OpenRun;
import dev.lockkeeper.audit.Verdict;
import dev.lockkeeper.gate.AllowedSigners;
import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.gate.Signed;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper audit}: who changed what, and whether the record of it is what it was. */
final class AuditCommand implements Command {
    private static final List<String> ACTIONS = List.of("log", "verify", "head", "export", "archive");
    private static final String OUT = "--out";
    private static final String HEAD = "--head";
    private static final String WITH = "--with";
    private static final String KEY = "--key";
    private static final String ACTION = "--action";
    private static final String SINCE = "--since";
    private static final String TRACE = "--trace";
    private static final String LIMIT = "--limit";
    private static final String BEFORE = "--before";

    private final Map<String, String> variables;

    AuditCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "audit",
                        "Shows what changed a database and its record, by whom and why; verifies that nobody has altered the"
                                + " chain of these entries or what they explain; writes the chain or its last hash to a file."
                                + " verify ends with exit code 3 when something was altered, and with 4 when it cannot be"
                                + " told."))
                .addPositional(positional("0", "ACTION", "1", String.class, "log, verify, head, export or archive"))
                .addPositional(positional(
                        "1..*",
                        "FILE",
                        "0..*",
                        List.class,
                        "verify: files of one chain, of export or archive, which need no database"))
                .addOption(Options.text(OUT, "FILE", "head, export, archive: the file to write; never overwrites one"))
                .addOption(Options.text(
                        HEAD, "FILE", "verify: a head that was kept elsewhere; its signature lies beside it"))
                .addOption(Options.repeated(
                        WITH, "FILE", "verify: an archive of the chain of the database; may be repeated"))
                .addOption(Options.text(
                        KEY, "FILE", "head: sign the file with this key, for the namespace lockkeeper-audit"))
                .addOption(Options.text(BEFORE, "TIME", "archive: entries before this day or instant (UTC)"))
                .addOption(Options.text(Options.REASON, "TEXT", "archive: why; it is kept in the chain"))
                .addOption(Options.text(ACTION, "WORD", "log: only entries whose action begins so, such as apply"))
                .addOption(Options.text(SINCE, "TIME", "log: only entries from this day or instant (UTC) on"))
                .addOption(Options.text(
                        TRACE,
                        "ID",
                        "log: only the release with this trace: its runs, and approvals and comments of their plans"))
                .addOption(Options.text(LIMIT, "N", "log: at most so many entries (default: 50)"));
        return Options.examples(
                spec,
                "lockkeeper audit log --environment staging",
                "lockkeeper audit log --trace 4bf92f3577b34da6a3ce929d0e0e4736",
                "lockkeeper audit verify --environment staging",
                "lockkeeper audit head --environment staging --out head.json",
                "lockkeeper audit verify --environment staging --head head.json --output json",
                "lockkeeper audit export --environment staging --out chain.jsonl");
    }

    private static PositionalParamSpec positional(
            String index, String label, String arity, Class<?> type, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .paramLabel(label)
                .type(type)
                .auxiliaryTypes(String.class)
                .arity(arity)
                .required(arity.equals("1"))
                .description(description)
                .build();
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        List<String> files = arguments.matchedPositionalValue(1, List.<String>of());
        if (!ACTIONS.contains(action)) {
            throw Problem.of(Code.USAGE, "audit has no action " + action)
                    .help(Nearest.to(action, ACTIONS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", ACTIONS)))
                    .asException();
        }
        if (!files.isEmpty() && !action.equals("verify")) {
            throw Problem.of(Code.USAGE, "audit " + action + " takes no file")
                    .help("say " + OUT + " FILE for one that is to be written")
                    .asException();
        }
        return switch (action) {
            case "log" -> log(arguments, terminal);
            case "verify" -> files.isEmpty() ? verify(arguments, terminal) : verify(files, arguments, terminal);
            case "head" -> head(arguments, terminal);
            case "export" -> export(arguments, terminal);
            default -> archive(arguments, terminal);
        };
    }

    /** One component for each database: all components of it have one record. */
    private List<Lockkeeper> databases(ParseResult arguments, Terminal terminal) {
        Map<String, Lockkeeper> databases = new LinkedHashMap<>();
        Workplace.open(arguments, variables, terminal)
                .forEach(one -> databases.putIfAbsent(one.target().address(), one));
        return List.copyOf(databases.values());
    }

    private Lockkeeper one(ParseResult arguments, Terminal terminal) {
        List<Lockkeeper> databases = databases(arguments, terminal);
        if (databases.size() != 1) {
            throw Problem.of(Code.USAGE, "the project has several databases, and a file is of one chain")
                    .help("name one: --component "
                            + databases.get(0).migrations().component())
                    .asException();
        }
        return databases.get(0);
    }

    private int log(ParseResult arguments, Terminal terminal) {
        List<String> components = Options.values(arguments, Options.COMPONENT);
        AuditTrail.Filter filter = new AuditTrail.Filter(
                components.size() == 1 ? components.get(0) : null,
                arguments.matchedOptionValue(ACTION, null),
                arguments.hasMatchedOption(SINCE) ? time(arguments, SINCE) : null,
                arguments.hasMatchedOption(TRACE) ? trace(arguments) : null,
                limit(arguments));
        Map<String, List<ChainEntry>> logs = new LinkedHashMap<>();
        for (Lockkeeper database : databases(arguments, terminal)) {
            List<ChainEntry> entries = database.audit(trail -> trail.log(filter));
            logs.put(database.target().toString(), entries);
            terminal.result(terminal.style().strong(database.target().toString()));
            entries.forEach(entry -> terminal.result(lines(entry, terminal.style())));
            if (entries.isEmpty()) {
                terminal.progress("note: the audit chain has no entry of that kind");
            }
        }
        terminal.result(
                "lockkeeper/audit-log/v1",
                json -> json.array(
                        "databases",
                        logs.entrySet(),
                        (j, log) ->
                                j.put("database", log.getKey()).array("entries", log.getValue(), AuditCommand::json)));
        return 0;
    }

    private static List<String> lines(ChainEntry entry, Style style) {
        List<String> lines = new ArrayList<>();
        String version = entry.version();
        String actor = entry.actor();
        lines.add("  " + Style.pad(Long.toString(entry.seq()), 5) + " "
                + entry.at().substring(0, 19) + "Z  "
                + style.strong(Style.line(entry.action()))
                + (entry.component().isEmpty() ? "" : "  " + Style.line(entry.component()))
                + (version == null ? "" : " " + Style.line(version))
                + "  by " + Style.line(entry.by()) + (actor == null ? "" : " (" + Style.line(actor) + ")")
                + entry.summary().map(said -> ": " + Style.line(said)).orElse(""));
        entry.origin().ifPresent(origin -> lines.add("        " + style.faint(Style.line(origin))));
        String reason = entry.reason();
        if (reason != null) {
            lines.add("        " + style.faint("reason: ") + Style.line(Style.brief(reason)));
        }
        return lines;
    }

    private static void json(Json json, ChainEntry entry) {
        json.put("seq", entry.seq())
                .put("at", entry.at())
                .put("by", entry.by())
                .put("actor", entry.actor())
                .put("target", entry.target())
                .put("component", entry.component())
                .put("version", entry.version())
                .put("action", entry.action())
                .put("reason", entry.reason())
                .put("detail", entry.detail())
                .put("payload", entry.payload())
                .put("trace", entry.trace().orElse(null))
                .put("prevHash", entry.prev())
                .put("hash", entry.hash());
    }

    private int verify(ParseResult arguments, Terminal terminal) {
        List<Path> archives =
                Options.values(arguments, WITH).stream().map(Workplace::path).toList();
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        if (archives.isEmpty() && !arguments.hasMatchedOption(HEAD)) {
            for (Lockkeeper database : databases(arguments, terminal)) {
                verdicts.put(database.target().toString(), database.audit(trail -> trail.verify(List.of(), null)));
            }
        } else {
            Head.@Nullable Kept kept = kept(arguments);
            Lockkeeper database = one(arguments, terminal);
            verdicts.put(database.target().toString(), database.audit(trail -> trail.verify(archives, kept)));
        }
        return tell(verdicts, terminal);
    }

    private static int verify(List<String> files, ParseResult arguments, Terminal terminal) {
        List<Path> paths = files.stream().map(Workplace::path).toList();
        return tell(
                new LinkedHashMap<>(Map.of(String.join(", ", files), AuditTrail.verifyFiles(paths, kept(arguments)))),
                terminal);
    }

    private static Head.@Nullable Kept kept(ParseResult arguments) {
        if (!arguments.hasMatchedOption(HEAD)) {
            return null;
        }
        return Head.read(
                Workplace.path(Options.value(arguments, HEAD, "")),
                AllowedSigners.read(Workplace.project(arguments).signers()),
                Instant.now());
    }

    private static int tell(Map<String, Verdict> verdicts, Terminal terminal) {
        Style style = terminal.style();
        verdicts.forEach((name, verdict) -> terminal.result(lines(name, verdict, style)));
        terminal.result(
                "lockkeeper/audit-verify/v1",
                json -> json.array("chains", verdicts.entrySet(), (j, one) -> json(j, one.getKey(), one.getValue())));
        return verdicts.values().stream()
                        .allMatch(verdict -> verdict.violations().isEmpty())
                ? 0
                : Category.FINDINGS.exitCode();
    }

    private static List<String> lines(String name, Verdict verdict, Style style) {
        List<String> lines = new ArrayList<>();
        int violations = verdict.violations().size();
        lines.add((violations == 0 ? style.good("✓") : style.bad("✗")) + " " + style.strong(Style.line(name)) + ": "
                + (violations == 0 ? "intact" : violations + (violations == 1 ? " violation" : " violations"))
                + ", " + verdict.entries() + " entries"
                + (verdict.rows() == 0 ? "" : ", " + verdict.rows() + " rows that they explain"));
        verdict.violations()
                .forEach(violation -> lines.add("  " + style.bad("✗") + " " + Style.line(violation.toString())));
        for (OpenRun run : verdict.open()) {
            lines.add("  " + style.notable("!") + " " + Style.line(run.command()) + " of " + Style.line(run.component())
                    + ", begun " + run.since()
                    + (run.atWork()
                            ? ", is at work"
                            : ", has not ended: it was cut off, or goes on without its scripts"));
        }
        if (verdict.archived() > 0) {
            lines.add("  up to entry " + verdict.archived() + " it is archived; " + WITH + " FILE verifies that too");
        }
        Head.Kept kept = verdict.kept();
        if (kept != null) {
            lines.add("  " + HEAD + " is of entry " + kept.head().seq() + ", "
                    + (kept.signer().isEmpty() ? "signed by nobody" : "signed by " + Style.line(kept.signer())));
        }
        Head head = verdict.head();
        if (head != null) {
            lines.add("  head " + head.seq() + " " + head.hash());
        }
        return lines;
    }

    private static void json(Json json, String name, Verdict verdict) {
        Head head = verdict.head();
        Head.Kept kept = verdict.kept();
        json.put("chain", name)
                .put("intact", verdict.violations().isEmpty())
                .put("entries", verdict.entries())
                .put("rows", verdict.rows())
                .put("archivedTo", verdict.archived())
                .put("headSeq", head == null ? 0 : head.seq())
                .put("headHash", head == null ? null : head.hash())
                .put("keptSeq", kept == null ? 0 : kept.head().seq())
                .put("keptSigner", kept == null || kept.signer().isEmpty() ? null : kept.signer())
                .array(
                        "violations",
                        verdict.violations(),
                        (j, one) ->
                                j.put("seq", one.seq()).put("what", one.what()).put("how", one.how()))
                .array(
                        "open",
                        verdict.open(),
                        (j, one) -> j.put("run", one.run())
                                .put("component", one.component())
                                .put("command", one.command())
                                .put("since", one.since())
                                .put("atWork", one.atWork()));
    }

    private int head(ParseResult arguments, Terminal terminal) {
        Lockkeeper database = one(arguments, terminal);
        Head head = Optional.ofNullable(database.<@Nullable Head>audit(AuditTrail::head))
                .orElseThrow(() -> Problem.of(Code.AUDIT_UNKNOWN, "the chain has no entry")
                        .because("a chain has one from its beginning on: all of it was deleted")
                        .asException());
        @Nullable String written = null;
        @Nullable String signature = null;
        if (arguments.hasMatchedOption(OUT)) {
            Path file = Workplace.path(Options.value(arguments, OUT, ""));
            NewFile.write(file, head.text());
            written = file.toString();
            if (arguments.hasMatchedOption(KEY)) {
                signature = Signed.sign(file, head.text(), Workplace.path(Options.value(arguments, KEY, "")))
                        .toString();
            }
        } else if (arguments.hasMatchedOption(KEY)) {
            throw Problem.of(Code.USAGE, KEY + " signs a file")
                    .help("add " + OUT + " FILE")
                    .asException();
        }
        terminal.result(terminal.style().strong(database.target().toString()) + ": entry " + head.seq() + " of "
                + head.at().substring(0, 19) + "Z");
        terminal.result("  " + head.hash());
        if (written != null) {
            terminal.result("  written to " + written + (signature == null ? "" : ", signed in " + signature));
        }
        String file = written;
        String signed = signature;
        terminal.result(
                "lockkeeper/audit-head/v1",
                json -> json.put("database", database.target().toString())
                        .put("record", head.record())
                        .put("target", head.target())
                        .put("seq", head.seq())
                        .put("hash", head.hash())
                        .put("at", head.at())
                        .put("file", file)
                        .put("signature", signed));
        return 0;
    }

    private int export(ParseResult arguments, Terminal terminal) {
        Path file = out(arguments);
        Lockkeeper database = one(arguments, terminal);
        int entries = database.audit(trail -> trail.export(file));
        terminal.result(
                terminal.style().strong(database.target().toString()) + ": " + entries + " entries written to " + file);
        written(terminal, "export", database, file, entries);
        return 0;
    }

    private int archive(ParseResult arguments, Terminal terminal) {
        Path file = out(arguments);
        if (!arguments.hasMatchedOption(BEFORE)) {
            throw Problem.of(Code.USAGE, BEFORE + " is missing")
                    .help("say " + BEFORE + " TIME: entries from then on stay in the record")
                    .asException();
        }
        String before = time(arguments, BEFORE);
        String reason = Options.reason(arguments);
        Lockkeeper database = one(arguments, terminal);
        Archiver.Archived archived = database.audit(trail -> trail.archive(before, file, reason));
        terminal.result(terminal.style().strong(database.target().toString()) + ": entries " + archived.from() + " to "
                + archived.to() + " moved to " + file + "; keep it: audit verify " + WITH + " FILE needs it");
        written(terminal, "archive", database, file, archived.entries());
        return 0;
    }

    private static void written(Terminal terminal, String action, Lockkeeper database, Path file, int entries) {
        terminal.result(
                "lockkeeper/audit-file/v1",
                json -> json.put("action", action)
                        .put("database", database.target().toString())
                        .put("file", file.toString())
                        .put("entries", entries));
    }

    private static Path out(ParseResult arguments) {
        if (!arguments.hasMatchedOption(OUT)) {
            throw Problem.of(Code.USAGE, OUT + " is missing")
                    .help("say " + OUT + " FILE")
                    .asException();
        }
        return Workplace.path(Options.value(arguments, OUT, ""));
    }

    private static String trace(ParseResult arguments) {
        String text = Options.value(arguments, TRACE, "").strip().toLowerCase(Locale.ROOT);
        if (!text.matches("[0-9a-f]{32}")) {
            throw Problem.of(Code.USAGE, Options.value(arguments, TRACE, "") + " is not the id of a trace")
                    .because("that has 32 hexadecimal digits")
                    .help("take trace of a report, or trace_id of a log or a span")
                    .asException();
        }
        return text;
    }

    private static int limit(ParseResult arguments) {
        String text = Options.value(arguments, LIMIT, "50");
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw Problem.of(Code.USAGE, text + " is not a number for " + LIMIT)
                    .help("give a number from 1 on")
                    .asException();
        }
        return Integer.parseInt(text);
    }

    /** To the microsecond, as entries have it, so that the two can be compared as texts. */
    private static String time(ParseResult arguments, String option) {
        return Options.instant(arguments, option)
                .orElseThrow()
                .atOffset(ZoneOffset.UTC)
                .format(java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'"));
    }
}
