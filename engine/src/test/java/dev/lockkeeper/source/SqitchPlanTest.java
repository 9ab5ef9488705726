package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("MIG-02")
class SqitchPlanTest {
    private static final String HEAD = "%syntax-version=1.0.0\n%project=shop\n%uri=https://shop.example/\n\n";
    private static final String WHEN = " 2026-01-05T09:00:00Z Ann B <ann@shop.example> # a note\n";

    @TempDir
    Path folder = Path.of("");

    private SqitchPlanTest plan(String text) throws IOException {
        return file("sqitch.plan", text);
    }

    private SqitchPlanTest file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, content);
        return this;
    }

    private SqitchPlanTest scripts(String... names) throws IOException {
        for (String name : names) {
            file("deploy/" + name + ".sql", "up " + name).file("revert/" + name + ".sql", "down " + name);
        }
        return this;
    }

    private Migrations read(@Nullable Convention convention) {
        return Migrations.read(new Folder("main", folder, convention, Tokens.none()));
    }

    private List<String> described() {
        return read(null).all().stream()
                .map(m -> {
                    Script down = m.down();
                    return m.version() + " " + m.description() + ": " + m.up().text() + " / "
                            + (down == null ? "none" : down.text());
                })
                .toList();
    }

    private List<Problem> problems() {
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, () -> read(null));
        assertThat(thrown).isNotNull();
        return thrown.problems();
    }

    @Test
    void changes_are_numbered_in_the_order_of_the_plan_whatever_their_names() throws IOException {
        plan(HEAD + "zebra" + WHEN + "  + app/ant [zebra]" + WHEN + "\n# a remark\nmole_rat [app/ant !gone zebra]"
                        + WHEN)
                .scripts("zebra", "app/ant", "mole_rat");
        Files.delete(folder.resolve("revert/mole_rat.sql"));
        assertThat(described())
                .containsExactly(
                        "1 zebra: up zebra / down zebra",
                        "2 app/ant: up app/ant / down app/ant",
                        "3 mole rat: up mole_rat / none");
        assertThat(read(null).evidence()).isEqualTo("there is a sqitch.plan");
        assertThat(read(Convention.SQITCH).all()).hasSize(3);
    }

    @Test
    void reworked_change_has_the_scripts_that_are_named_after_a_tag() throws IOException {
        plan(HEAD + "a" + WHEN + "b" + WHEN + "@v1" + WHEN + "@v2" + WHEN + "a [a@v1 @v2]" + WHEN + "@v3" + WHEN + "a"
                        + WHEN)
                .scripts("a@v2", "b", "a@v3", "a");
        assertThat(described())
                .containsExactly(
                        "1 a: up a@v2 / down a@v2",
                        "2 b: up b / down b",
                        "3 a: up a@v3 / down a@v3",
                        "4 a: up a / down a");
    }

    /** As sqitch deploys it: the tags of the newest change before the reworking one come first. */
    @Test
    void of_several_tags_in_between_that_of_the_newest_change_counts() throws IOException {
        plan(HEAD + "a" + WHEN + "@v1" + WHEN + "@v2" + WHEN + "b" + WHEN + "@v3" + WHEN + "@v4" + WHEN + "a" + WHEN)
                .scripts("a@v1", "a@v2", "b", "a@v3", "a@v4", "a");
        assertThat(described()).first().isEqualTo("1 a: up a@v3 / down a@v3");
        Files.delete(folder.resolve("deploy/a@v3.sql"));
        Files.delete(folder.resolve("deploy/a@v4.sql"));
        assertThat(described()).first().isEqualTo("1 a: up a@v1 / down a@v1");
    }

    @Test
    void plan_of_a_beta_is_read_and_one_without_changes_has_none() throws IOException {
        plan("%syntax-version=1.0.0-b2\n%project=shop\n\na" + WHEN).scripts("a");
        assertThat(described()).hasSize(1);
        Files.delete(folder.resolve("deploy/a.sql"));
        Files.delete(folder.resolve("revert/a.sql"));
        plan(HEAD);
        assertThat(read(Convention.SQITCH).all()).isEmpty();
    }

    @Test
    void long_and_many_lines_are_read_once() throws IOException {
        plan(HEAD + "a" + " ".repeat(300_000) + "!");
        assertThat(problems()).hasSize(1);
        StringBuilder many = new StringBuilder(HEAD);
        for (int i = 0; i < 3_000; i++) {
            many.append("c")
                    .append(i)
                    .append(i == 0 ? "" : " [c0@t0 c" + (i - 1) + "]")
                    .append(WHEN)
                    .append("@t")
                    .append(i)
                    .append(WHEN);
        }
        plan(many.toString());
        assertThat(problems())
                .hasSize(3_000)
                .extracting(Problem::message)
                .allMatch(m -> m.endsWith("has no deploy script"));
    }

    @Test
    void carriage_returns_and_a_missing_last_line_ending_are_no_part_of_a_line() throws IOException {
        plan(HEAD.replace("\n", "\r\n") + ("a" + WHEN).replace("\n", "\r\n") + ("b" + WHEN).strip())
                .scripts("a", "b");
        assertThat(described()).hasSize(2);
    }

    @Test
    void verify_scripts_and_scripts_that_the_plan_does_not_name_are_told() throws IOException {
        plan(HEAD + "a" + WHEN)
                .scripts("a", "b")
                .file("verify/a.sql", "select 1")
                .file("verify/b.sql", "select 1");
        List<Problem> warnings = read(null).warnings();
        assertThat(warnings)
                .extracting(Problem::message)
                .containsExactly(
                        "verify scripts are not run: 2",
                        "the file matches nothing of the convention sqitch",
                        "the file matches nothing of the convention sqitch");
        assertThat(warnings).extracting(Problem::code).containsOnly(Code.FILE_UNMATCHED);
    }

    @Test
    void repeatable_scripts_may_lie_beside_the_plan() throws IOException {
        plan(HEAD + "a" + WHEN).scripts("a").file("R__views.sql", "select 1;");
        assertThat(read(null).repeatables().all()).extracting(Repeatable::name).containsExactly("views");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a WHEN;a WHEN                      | DUPLICATE_VERSION | the change a is planned twice            | 6
            a WHEN;@t WHEN;@t WHEN             | FILE_UNREADABLE   | the tag t is used twice                  | 7
            a WHEN;-a WHEN                     | FILE_UNREADABLE   | a planned revert is not supported        | 6
            a [b] WHEN;b WHEN                  | FILE_UNREADABLE   | the change a requires b, which           | 5
            a [b@t] WHEN;b WHEN;@t WHEN        | FILE_UNREADABLE   | the change a requires b@t, which         | 5
            a [other:b] WHEN                   | FILE_UNREADABLE   | the change a requires b of another       | 5
            a WHEN;b [!a] WHEN                 | FILE_UNREADABLE   | the change b conflicts with a            | 6
            b WHEN;a [b]                       | FILE_UNREADABLE   | this is not a line of a plan of sqitch   | 6
            a b WHEN                           | FILE_UNREADABLE   | this is not a line of a plan of sqitch   | 5
            a [!other:x] WHEN                  | FILE_UNREADABLE   | the change a conflicts with x of another | 5
            a [SHA] WHEN                       | FILE_UNREADABLE   | the change a requires 0123456789abcdef01 | 5
            ../out WHEN                        | FILE_UNREADABLE   | the change ../out leads out of the fol   | 5
            /out WHEN                          | FILE_UNREADABLE   | the change /out leads out of the folder  | 5
            a WHEN;c WHEN                      | FILE_UNREADABLE   | the change c has no deploy script        | 6
            a WHEN;%project=x                  | FILE_UNREADABLE   | this is not a line of a plan of sqitch   | 6
            """)
    void faulty_plan_is_refused_with_its_line(String lines, Code code, String message, int line) throws IOException {
        plan(HEAD
                        + lines.replace("SHA", "0123456789abcdef0123456789abcdef01234567")
                                .replace(" WHEN", WHEN.strip().indent(1).stripTrailing())
                                .replace(";", "\n")
                        + "\n")
                .scripts("a", "b");
        assertThat(problems()).hasSize(1).first().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.message()).startsWith(message);
            assertThat(problem.place()).isNotNull().extracting("line").isEqualTo(line);
        });
    }

    @Test
    void syntax_of_another_time_is_refused() throws IOException {
        plan("%syntax-version=2.0.0\n%project=shop\n\na" + WHEN).scripts("a");
        assertThat(problems()).extracting(Problem::message).containsExactly("the syntax 2.0.0 is not supported");
    }

    @Test
    void convention_without_its_plan_is_refused() throws IOException {
        scripts("a");
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, () -> read(Convention.SQITCH));
        assertThat(thrown.problems()).extracting(Problem::message).contains("there is no sqitch.plan");
    }

    @Test
    void new_change_is_one_line_more_and_the_first_one_a_plan() throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-02-03T04:05:06.7Z"), ZoneOffset.UTC);
        Convention.Listed first = Convention.SQITCH
                .listed(folder, "my shop!", "add_users", clock, "Ann <x> #1")
                .orElseThrow();
        assertThat(first.text())
                .isEqualTo("%syntax-version=1.0.0\n%project=my_shop\n\n"
                        + "add_users 2026-02-03T04:05:06Z Ann x 1 <Ann.x.1@localhost> # add users\n");
        plan(first.text().stripTrailing()).scripts("add_users", "more");
        Convention.Listed second =
                Convention.SQITCH.listed(folder, "other", "more", clock, "").orElseThrow();
        assertThat(second.text()).isEqualTo("\nmore 2026-02-03T04:05:06Z unknown <unknown@localhost> # more\n");
        plan(first.text().stripTrailing() + second.text());
        assertThat(described()).hasSize(2);
        assertThat(Convention.FLYWAY.listed(folder, "other", "more", clock, "")).isEmpty();
    }
}
