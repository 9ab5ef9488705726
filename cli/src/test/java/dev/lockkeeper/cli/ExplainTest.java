package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Explanations;
import dev.lockkeeper.problem.SqlState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code explain} tells is true; {@code -Dlockkeeper.golden=refresh} writes what the examples print. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-02")
class ExplainTest {
    private static final String FILE = "engine/src/main/resources/dev/lockkeeper/problem/explanations.txt";

    /** What needs a signal, a pooler, a program, an old or broken machine, or a fault of Lockkeeper; other tests meet these. */
    private static final Set<String> ELSEWHERE = Set.of(
            "unexpected",
            "pooled-connection",
            "pool-too-small",
            "data-source-unfit",
            "idle-timeout",
            "lock-memory",
            "driver-refused",
            "interrupted",
            // these name digests, keys and times
            "plan-altered",
            "plan-expired",
            "approval-refused",
            "comment-open",
            "comment-refused",
            "checklist-held",
            "window-closed",
            "server-missing",
            Explanations.LAUNCHER);

    static Stream<ExplainedCase> cases() {
        Explanations explanations = Explanations.read();
        return explanations.names().stream()
                .filter(name -> !ELSEWHERE.contains(name))
                .map(name -> new ExplainedCase(name, explanations.of(name).example()));
    }

    @Test
    void every_code_has_an_example_and_a_way_out_and_no_section_is_without_a_code() {
        Explanations explanations = Explanations.read();
        List<String> slugs =
                new ArrayList<>(Arrays.stream(Code.values()).map(Code::slug).toList());
        slugs.add(Explanations.LAUNCHER);
        assertThat(explanations.names()).containsExactlyElementsOf(slugs);
        assertThat(slugs).containsAll(ELSEWHERE);
        for (String slug : slugs) {
            assertThat(String.join("\n", explanations.of(slug).example()))
                    .as(slug)
                    .containsAnyOf("error[" + slug + "]: ", "warning[" + slug + "]: ");
            assertThat(explanations.of(slug).fixes()).as(slug).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void every_example_prints_what_it_says(ExplainedCase shown, Desk desk) throws Exception {
        List<String> printed = shown.printed(desk);
        List<String> said =
                shown.lines().subList(shown.last() + 1, shown.lines().size());
        if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
            Path file = Document.ROOT.resolve(FILE);
            String before = String.join("\n", shown.lines().subList(0, shown.last() + 1));
            String old = Files.readString(file);
            String was = "[" + shown.slug() + "]\n" + before + "\n" + lines(said) + "fix:\n";
            assertThat(old).contains(was);
            Files.writeString(
                    file, old.replace(was, "[" + shown.slug() + "]\n" + before + "\n" + lines(printed) + "fix:\n"));
        }
        assertThat(printed).isEqualTo(said);
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** PL/pgSQL knows the names of the conditions, so the server itself compares them. */
    @ParameterizedTest
    @MethodSource("dev.lockkeeper.problem.SqlState#named")
    void condition_has_the_name_that_the_server_gives_it(SqlState state, Desk desk) {
        assertThat(state.meaning()).endsWith(".");
        if (state.code().startsWith("00") || state.code().startsWith("01")) {
            return;
        }
        desk.execute("do $$ begin raise exception using errcode = '" + state.code() + "'; exception when "
                + state.condition() + " then null; end $$");
    }

    @Test
    void list_has_a_line_for_each_code(Desk desk) {
        List<String> lines = desk.run("explain").out().lines().toList();
        assertThat(lines).hasSize(Code.values().length + 1);
        assertThat(lines)
                .contains("project-missing            2  No lockkeeper.yaml was found where it was looked for.")
                .allMatch(line -> line.matches("[a-z-]+ +\\d+  .*\\."));
    }

    @Test
    void state_of_the_server_is_explained_and_one_that_is_not_has_its_class(Desk desk) {
        assertThat(desk.run("explain", "42P07").out())
                .startsWith("42P07 (SQLSTATE of PostgreSQL: duplicate_table)\n"
                        + "  class 42: Syntax Error or Access Rule Violation\n  A table, view");
        assertThat(desk.run("explain", "22h99").out())
                .startsWith("22H99 (SQLSTATE of PostgreSQL)\n  class 22: Data Exception\n")
                .contains(SqlState.MANUAL);
        assertThat(desk.run("explain", "QQ001").err()).contains("there is no code QQ001");
        assertThat(desk.run("explain", "42P07", "usage", "--output", "json").out())
                .contains("\"sqlState\":\"42P07\"", "\"condition\":\"duplicate_table\"", "\"example\":\"$ lockkeeper");
        assertThat(desk.run("explain", "22H99", "--output", "json").out()).contains("\"condition\":null");
    }

    @Test
    void every_error_of_the_launcher_is_in_its_script() throws Exception {
        String script = Files.readString(Document.ROOT.resolve("lockkeeper")).replace("$wanted", "Java");
        List<String> said = Explanations.read().of(Explanations.LAUNCHER).example().stream()
                .filter(line -> line.startsWith("error[launcher]: "))
                .map(line -> line.substring("error[launcher]: ".length()).replaceFirst(": /.*", ": "))
                .toList();
        assertThat(said).isNotEmpty().allMatch(script::contains);
    }

    @Test
    void error_without_help_of_its_own_names_explain_once(Desk desk) {
        desk.project().second("select 1;\nselect nope;\n");
        assertThat(desk.run("apply").err())
                .containsOnlyOnce("lockkeeper explain")
                .endsWith("\nlockkeeper explain partly-applied 42703 tells more\n");
        assertThat(desk.run("explain", "partly-applied", "42703").exitCode()).isZero();
        assertThat(desk.run("aply").err()).doesNotContain("tells more");
    }
}
