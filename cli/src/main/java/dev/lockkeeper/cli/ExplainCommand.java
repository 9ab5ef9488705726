package dev.lockkeeper.cli;

import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Rules;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Explanation;
import dev.lockkeeper.problem.Explanations;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.SqlState;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.DataRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper explain}: what an error code means, with an example and the ways out. */
final class ExplainCommand implements Command {
    /** What stands behind every example. */
    static final String SETTING =
            "Example, in a project whose migrations/V1__first.sql creates the table first, and in which"
                    + " each V file has its U file:";

    /** What a name in brackets stands for. */
    record Topic(String name, int exitCode, String meaning, Explanation more) {
        /** The meaning up to its first full stop. */
        String brief() {
            return meaning.replaceFirst("(?<!\\.)\\. .*", ".");
        }
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "explain", "Explains error codes and rules, with an example and the ways out, or lists all of them.");
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .paramLabel("CODE")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("0..*")
                .description(
                        "the name in brackets after error, an SQLSTATE of PostgreSQL, the id of a rule, or rules for all")
                .build());
        return Options.examples(
                spec,
                "lockkeeper explain duplicate-version",
                "lockkeeper explain partly-applied 42P07",
                "lockkeeper explain LK01");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        List<String> names = arguments.matchedPositionalValue(0, List.<String>of());
        List<Topic> known = topics();
        List<Topic> chosen = new ArrayList<>(names.isEmpty() ? known : List.of());
        List<SqlState> states = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        List<RuleText> data = new ArrayList<>();
        for (String name : names) {
            if (name.equals("rules")) {
                rules.addAll(Rules.all());
                DataRules.all().forEach(rule -> data.add(rule.text()));
                continue;
            }
            Optional<Rule> rule = Rules.find(name);
            if (rule.isPresent()) {
                rules.add(rule.get());
                continue;
            }
            Optional<DataRule> aboutData = DataRules.find(name);
            if (aboutData.isPresent()) {
                data.add(aboutData.get().text());
                continue;
            }
            Optional<Topic> topic =
                    known.stream().filter(t -> t.name().equals(name)).findFirst();
            topic.ifPresentOrElse(
                    chosen::add, () -> states.add(SqlState.of(name).orElseThrow(() -> unknown(name, known))));
        }
        if (names.isEmpty()) {
            chosen.forEach(
                    topic -> terminal.result("%-24s %3d  %s".formatted(topic.name(), topic.exitCode(), topic.brief())));
        } else {
            chosen.forEach(topic -> tell(topic, terminal));
            states.forEach(state -> tell(state, terminal));
            boolean all = rules.size() > names.size();
            rules.forEach(rule ->
                    terminal.result(all ? List.of(RuleHelp.line(rule)) : RuleHelp.text(rule, terminal.style())));
            data.forEach(rule ->
                    terminal.result(all ? List.of(RuleHelp.line(rule)) : RuleHelp.text(rule, terminal.style())));
        }
        terminal.result(
                "lockkeeper/explain/v1",
                json -> json.array(
                                "codes",
                                chosen,
                                (j, topic) -> j.put("code", topic.name())
                                        .put("exitCode", topic.exitCode())
                                        .put("explanation", topic.meaning())
                                        .put(
                                                "example",
                                                String.join("\n", topic.more().example()))
                                        .texts("fix", topic.more().fixes()))
                        .array(
                                "sqlStates",
                                states,
                                (j, state) -> j.put("sqlState", state.code())
                                        .put("class", state.inClass())
                                        .put("condition", state.condition())
                                        .put("explanation", state.meaning()))
                        .array("rules", told(rules, data), (j, write) -> write.accept(j)));
        return 0;
    }

    private static List<Consumer<Json>> told(List<Rule> rules, List<RuleText> data) {
        return Stream.concat(
                        rules.stream().<Consumer<Json>>map(rule -> json -> RuleHelp.json(json, rule)),
                        data.stream().<Consumer<Json>>map(text -> json -> RuleHelp.json(json, text)))
                .toList();
    }

    /** All codes in the order of their enum, and what the launcher says. */
    static List<Topic> topics() {
        Explanations explanations = Explanations.read();
        return Stream.concat(
                        Arrays.stream(Code.values())
                                .map(code -> new Topic(
                                        code.slug(),
                                        code.category().exitCode(),
                                        code.explanation(),
                                        explanations.of(code.slug()))),
                        Stream.of(new Topic(
                                Explanations.LAUNCHER,
                                Category.UNEXPECTED.exitCode(),
                                "The script that starts Lockkeeper did not come to it: there is no Java 17 or later, the"
                                        + " build of a checkout failed, or one of its own variables is wrong. No database"
                                        + " was touched.",
                                explanations.of(Explanations.LAUNCHER))))
                .toList();
    }

    private static void tell(Topic topic, Terminal terminal) {
        terminal.result(terminal.style().strong(topic.name()) + " (exit code " + topic.exitCode() + ")");
        terminal.result("  " + topic.meaning());
        terminal.result(SETTING);
        topic.more().example().forEach(line -> terminal.result("  " + line));
        terminal.result("What to do:");
        topic.more().fixes().forEach(line -> terminal.result("  - " + line));
    }

    private static void tell(SqlState state, Terminal terminal) {
        String condition = state.condition();
        String meaning = state.meaning();
        terminal.result(terminal.style().strong(state.code()) + " (SQLSTATE of PostgreSQL"
                + (condition == null ? "" : ": " + condition) + ")");
        terminal.result("  class " + state.code().substring(0, 2) + ": " + state.inClass());
        terminal.result("  " + (meaning == null ? "Not explained here; its name is in " + SqlState.MANUAL : meaning));
    }

    private static RuntimeException unknown(String name, List<Topic> known) {
        return Problem.of(Code.USAGE, "there is no code " + name)
                .help(Nearest.to(name, known.stream().map(Topic::name).toList())
                        .map(n -> "did you mean " + n + "?")
                        .orElse("lockkeeper explain lists all codes; an SQLSTATE has five characters, such as 42P07"))
                .asException();
    }
}
