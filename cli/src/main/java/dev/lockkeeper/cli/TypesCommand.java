package dev.lockkeeper.cli;

import dev.lockkeeper.describe.types.Contract;
import dev.lockkeeper.describe.types.ContractChange;
import dev.lockkeeper.describe.types.Described;
import dev.lockkeeper.describe.types.Translation;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.TypeSettings;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper types}: what programs read and write of a database, in the words of their languages. */
final class TypesCommand implements Command {
    private static final List<String> ACTIONS = List.of("generate", "check", "diff");
    private static final String AGAINST = "--against";
    private static final String BREAKING = "--breaking";

    private final Map<String, String> variables;

    TypesCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ModelSource.options(Options.command(
                        "types",
                        "Writes types of the database for programs: Zod, TypeScript, Java records, JSON Schema. Checks and"
                                + " domains become conditions, comments descriptions; what is not translated is listed. The"
                                + " same schema gives the same bytes. Reads a database only where --database names one, and"
                                + " changes none. Exit code 3 when check finds files that are not up to date, or diff"
                                + " something that breaks programs."))
                .addPositional(Options.positional(
                        "ACTION",
                        "generate: write the files; check: compare them with the schema; diff: what of the contract that"
                                + " lies beside them is different now",
                        true))
                .addOption(Options.text(
                        Typing.OUT, "DIR", "the folder of the types (default: the project's, or docs/types)"))
                .addOption(Options.repeated(
                        Typing.TARGET,
                        "NAME",
                        String.join(", ", TypeSettings.TARGETS) + "; may be repeated (default: the project's, or all)"))
                .addOption(Options.text(
                        Typing.PROFILE,
                        "NAME",
                        "how values travel to JavaScript: " + String.join(", ", TypeSettings.PROFILES)
                                + " (default: the project's, or json)"))
                .addOption(Options.repeated(
                        Typing.ROLE,
                        "NAME",
                        "only what the grants of this role let it read and write; may be repeated, for roles that it is a"
                                + " member of"))
                .addOption(Options.text(
                        AGAINST, "FILE", "diff: the contract to compare with (default: the one in the folder)"))
                .addOption(OptionSpec.builder(BREAKING)
                        .description("diff: only what breaks programs")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper types generate",
                "lockkeeper types generate --target zod --profile node-postgres --out src/db",
                "lockkeeper types check",
                "lockkeeper types diff --breaking");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        if (!ACTIONS.contains(action)) {
            throw Problem.of(Code.USAGE, "types has no action " + action)
                    .help(Nearest.to(action, ACTIONS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", ACTIONS)))
                    .asException();
        }
        if (!action.equals("diff") && (arguments.hasMatchedOption(AGAINST) || arguments.hasMatchedOption(BREAKING))) {
            throw Problem.of(Code.USAGE, AGAINST + " and " + BREAKING + " belong to types diff")
                    .asException();
        }
        Typing typing = Typing.of(arguments);
        @Nullable Contract before = action.equals("diff") ? contract(arguments, typing) : null;
        ModelSource source = ModelSource.of(arguments, variables, terminal);
        typing.requireRoles(source.roles());
        Described described = typing.described(source.model());
        return before == null
                ? files(typing, described, action.equals("check"), terminal)
                : diff(before, Contract.of(described), arguments.hasMatchedOption(BREAKING), terminal);
    }

    private static int files(Typing typing, Described described, boolean check, Terminal terminal) {
        GeneratedFiles files = typing.files(described);
        List<GeneratedFiles.Looked> looked = check ? files.look() : files.write();
        List<Path> extra = typing.extra(files);
        if (!check) {
            extra.forEach(Leftovers::delete);
        }
        List<String> lines = new ArrayList<>();
        looked.stream()
                .filter(one -> one.state() != GeneratedFiles.State.CURRENT)
                .forEach(one -> lines.add(one.line(check)));
        extra.forEach(
                file -> lines.add((check ? "extra     " : "removed   ") + Style.line(ScriptReader.display(file))));
        boolean stale = check && !lines.isEmpty();
        Translation translation = Translation.of(described);
        translation
                .untranslated()
                .forEach((name, one) -> lines.add("not translated: " + Style.line(name + ": " + one.reason())));
        SortedMap<String, String> leftOut = typing.output().leftOut(described);
        leftOut.forEach((name, reason) -> lines.add("left out: " + Style.line(name) + ": " + reason));
        lines.add(told(translation, looked.size()));
        if (stale) {
            lines.add("Next: lockkeeper types generate writes them");
        }
        terminal.result(lines);
        terminal.result(
                "lockkeeper/types/v1",
                json -> json.put("current", !stale)
                        .put("profile", typing.output().profile().key())
                        .put("relations", translation.relations())
                        .put("checks", translation.checks())
                        .put("translated", translation.translated())
                        .array("files", looked, (j, one) -> one.json(j))
                        .texts(
                                "extra",
                                extra.stream().map(ScriptReader::display).toList())
                        .array(
                                "leftOut",
                                List.copyOf(leftOut.entrySet()),
                                (j, entry) -> j.put("relation", entry.getKey()).put("reason", entry.getValue()))
                        .array(
                                "untranslated",
                                List.copyOf(translation.untranslated().entrySet()),
                                (j, entry) -> j.put("check", entry.getKey())
                                        .put("expression", entry.getValue().expression())
                                        .put("reason", entry.getValue().reason())));
        return stale ? Category.FINDINGS.exitCode() : 0;
    }

    private static String told(Translation translation, int files) {
        return PlanReport.count(files, "file") + ", " + PlanReport.count(translation.relations(), "relation")
                + ", " + translation.translated() + " of " + PlanReport.count(translation.checks(), "check")
                + " translated";
    }

    private static Contract contract(ParseResult arguments, Typing typing) {
        @Nullable String named = arguments.matchedOptionValue(AGAINST, null);
        Path file = named == null ? typing.folder().resolve(Contract.FILE) : Workplace.path(named);
        Contract contract = Contract.parse(ScriptReader.read(file));
        if (contract == null) {
            throw Problem.of(Code.FILE_UNREADABLE, "this is no contract of types")
                    .at(Place.of(ScriptReader.display(file)))
                    .help("name a " + Contract.FILE + " that lockkeeper types generate has written, perhaps of an older"
                            + " commit: git show COMMIT:PATH > FILE")
                    .asException();
        }
        return contract;
    }

    private static int diff(Contract before, Contract after, boolean onlyBreaking, Terminal terminal) {
        List<ContractChange> changes = ContractChange.between(before, after).stream()
                .filter(change -> change.breaking() || !onlyBreaking)
                .toList();
        long breaking = changes.stream().filter(ContractChange::breaking).count();
        List<String> lines = new ArrayList<>();
        changes.forEach(change -> lines.add(
                (change.breaking() ? "breaking  " : "          ") + Style.line(change.fact() + " " + change.told())));
        lines.add(
                changes.isEmpty()
                        ? (onlyBreaking ? "Nothing breaks programs." : "No difference.")
                        : PlanReport.count(changes.size(), "difference") + ", " + breaking + " of them breaking");
        terminal.result(lines);
        terminal.result(
                "lockkeeper/types-diff/v1",
                json -> json.put("count", breaking).array("changes", changes, TypesCommand::json));
        return breaking > 0 ? Category.FINDINGS.exitCode() : 0;
    }

    static void json(Json json, ContractChange change) {
        json.put("fact", change.fact())
                .put("before", change.before())
                .put("after", change.after())
                .put("breaking", change.breaking())
                .put("told", change.told());
    }
}
