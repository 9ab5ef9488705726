package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionTest {
    @TempDir
    Path folder;

    private Rollup read(String text) throws IOException {
        Files.writeString(folder.resolve("usage.yaml"), text);
        return Definitions.read(folder).rollups().get(0);
    }

    private List<Problem> problems(String text) throws IOException {
        Files.writeString(folder.resolve("usage.yaml"), text);
        try {
            Definitions.read(folder);
            return List.of();
        } catch (LockkeeperException e) {
            return e.problems();
        }
    }

    @Test
    void all_problems_of_all_files_are_told_with_their_places() throws IOException {
        Files.writeString(folder.resolve("other.yml"), "version: 2\nrollups: {}\n");
        List<Problem> problems = problems("""
                version: 1
                rollups:
                  usage:
                    source: event
                    tim: at
                    grains: [hour, week]
                    dimensions: [organization_id]
                    partition-by: organisation_id
                    measures:
                      requests: cuont
                      cost: {sum: cost, scale: many}
                      slow: {count-if: {column: ms, operator: ">", is: "10"}}
                    target: app.usage
                    columns: {bucket: bucket, grain: bucket}
                    seal-after: soon
                    checks:
                      one: {ratio: [slow], fail: ">> 1"}
                      two: {sum: slowest, fail: "> 1"}
                      three: {sum: slow}
                      four: {sql: "select 1; delete from app.event where :from < :to", fail: "> 1"}
                """);

        assertThat(problems)
                .extracting(one -> String.valueOf(one.place()).replaceFirst(".*/", "") + " " + one.message())
                .contains(
                        "other.yml:1:10 2 is not a value of version",
                        "other.yml:1:1 the file defines no rollup",
                        "usage.yaml:4:13 event is not a name with a schema",
                        "usage.yaml:5:5 the key tim is not known here",
                        "usage.yaml:6:13 week is not a grain",
                        "usage.yaml:8:19 organisation_id is no dimension",
                        "usage.yaml:10:17 this says no measure",
                        "usage.yaml:11:32 many is not a number of decimals",
                        "usage.yaml:12:56 only numbers have an order that is the same everywhere",
                        "usage.yaml:4:5 the column bucket of the target gets two values",
                        "usage.yaml:15:17 soon is not a duration",
                        "usage.yaml:17:20 a ratio is of two measures",
                        "usage.yaml:17:34 >> 1 is not a threshold",
                        "usage.yaml:18:18 slowest is no measure of this rollup",
                        "usage.yaml:19:14 nothing that is observed is too much or too little",
                        "usage.yaml:20:19 this is more than one statement");
        assertThat(problems)
                .filteredOn(one -> one.message().contains("tim "))
                .singleElement()
                .extracting(Problem::help)
                .isEqualTo("did you mean time?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select 1 where :from < :to) ; commit; select (1 | this is no query",
                "select 1 where :from < :to; delete from app.event | this is more than one statement",
                "select (1 where :from < :to | this is no query",
                "select '1 where :from < :to | this is no query",
                "select 1 where :from < :to); commit; (select 1 | this is no query",
                "select count(*) from app.event | the query is not limited to a bucket",
                "select 1 where :from < :to -- | "
            })
    void query_of_a_check_cannot_break_out_of_it(String query, String message) throws IOException {
        List<Problem> problems =
                problems(Mill.USAGE + "    checks:\n      own: {sql: \"" + query + "\", fail: \"> 1\"}\n");
        if (message == null) {
            assertThat(problems).isEmpty();
        } else {
            assertThat(problems)
                    .singleElement()
                    .extracting(Problem::message)
                    .asString()
                    .startsWith(message);
        }
    }

    @Test
    void two_rollups_that_write_one_table_are_refused_also_from_two_files() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), Mill.USAGE.replace("usage:\n    source", "first:\n    source"));
        assertThat(problems(Mill.USAGE)).singleElement().satisfies(problem -> {
            assertThat(problem.message()).isEqualTo("two rollups write app.usage");
            assertThat(problem.why()).contains("a.yaml:3:3");
        });
        Files.writeString(folder.resolve("a.yaml"), Mill.USAGE.replace("app.usage", "app.other"));
        assertThat(problems(Mill.USAGE))
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("there are two rollups usage");
    }

    @Test
    void byte_order_mark_line_endings_and_quoted_names_are_read_as_they_are_meant() throws IOException {
        Rollup odd = read("\uFEFF"
                + Mill.USAGE
                        .replace("app.event", "'\"my.app\".\"Ev\"\"ent 🚀\"'")
                        .replace("\n", "\r\n"));
        assertThat(odd.source().name().schema()).isEqualTo("my.app");
        assertThat(odd.source().name().name()).isEqualTo("Ev\"ent 🚀");
    }

    @Test
    void hash_changes_with_what_is_made_and_not_with_how_it_is_watched() throws IOException {
        String hash = read(Mill.USAGE).hash();
        assertThat(read(Mill.USAGE
                                + "    seal-after: 35d\n    budget: 1min\n    checks: {a: {row-count: raw, fail: \"< 1\"}}\n")
                        .hash())
                .isEqualTo(hash);
        for (String other : List.of(
                Mill.USAGE.replace("is: error", "is: lost"),
                Mill.USAGE.replace("[prompt, completion]", "prompt"),
                Mill.USAGE.replace("{sum: cost}", "{sum: cost, scale: 2}"),
                Mill.USAGE.replace("[hour, day]", "[hour]"),
                Mill.USAGE.replace("[organization_id, model_id]", "[organization_id]"))) {
            assertThat(read(other).hash()).as(other).isNotEqualTo(hash);
        }
    }

    @Test
    void file_of_ten_megabytes_is_read_or_told_of_like_any_other() throws IOException {
        StringBuilder measures = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            measures.append("      measure_number_")
                    .append(i)
                    .append(": {sum: prompt_")
                    .append(i)
                    .append("}\n");
        }
        assertThat(measures.length()).isGreaterThan(9_000_000);
        assertThat(problems(Mill.USAGE.replace("      cost: {sum: cost}\n", "      cost: {sum: cost}\n" + measures)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(dev.lockkeeper.problem.Code.ANALYTICS_FILE);
                });
    }

    @Test
    void nesting_without_end_and_aliases_that_multiply_are_told_and_end_nothing_else() throws IOException {
        assertThat(problems(Mill.USAGE + "    checks: " + "[".repeat(100_000) + "]".repeat(100_000) + "\n"))
                .isNotEmpty()
                .allSatisfy(
                        problem -> assertThat(problem.code()).isEqualTo(dev.lockkeeper.problem.Code.ANALYTICS_FILE));
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 100; i++) {
            bomb.append("a%1$d: &a%1$d [*a%2$d, *a%2$d, *a%2$d, *a%2$d, *a%2$d, *a%2$d, *a%2$d, *a%2$d, *a%2$d]\n"
                    .formatted(i, i - 1));
        }
        assertThat(problems(bomb + Mill.USAGE.replace("[organization_id, model_id]", "*a99")))
                .isNotEmpty()
                .allSatisfy(
                        problem -> assertThat(problem.code()).isEqualTo(dev.lockkeeper.problem.Code.ANALYTICS_FILE));
        assertThat(problems("a: &a {b: *a}\n" + Mill.USAGE)).isNotEmpty();
    }

    @Test
    void folder_that_is_missing_or_empty_is_told() {
        assertThatThrownBy(() -> Definitions.read(folder.resolve("nowhere")))
                .hasMessageContaining("there is no folder of rollups");
        assertThatThrownBy(() -> Definitions.read(folder))
                .hasMessageContaining("the folder of rollups holds no definition");
    }

    @Test
    void rollup_of_sums_of_several_grains_and_one_of_itself_are_refused() throws IOException {
        String form = """
                  %s:
                    source: app.%s
                    time: bucket
                    grains: %s
                    dimensions: [%s]
                    measures: {n: {sum: n}}
                    target: app.%s
                    columns: {grain: grain, bucket: bucket}
                """;
        assertThat(messages(form.formatted("a", "events", "[hour, day]", "org", "a")
                        + form.formatted("b", "a", "day", "org", "b")))
                .containsExactly("rollup b would add up hours and days of the same events");
        assertThat(messages(form.formatted("a", "events", "hour", "org", "a")
                        + form.formatted("b", "a", "day", "org", "b")))
                .isEmpty();
        assertThat(messages(form.formatted("a", "events", "[hour, day]", "org", "a")
                        + form.formatted("b", "a", "day", "grain", "b").replace("{grain: grain, ", "{")))
                .isEmpty();
        assertThat(messages(
                        form.formatted("a", "b", "hour", "org", "a") + form.formatted("b", "a", "hour", "org", "b")))
                .containsExactly(
                        "rollup a is computed from what is computed from it",
                        "rollup b is computed from what is computed from it");
    }

    private List<String> messages(String rollups) throws IOException {
        return problems("version: 1\nrollups:\n" + rollups).stream()
                .map(Problem::message)
                .toList();
    }

    @Test
    void one_mistake_is_told_once_and_a_duration_with_what_was_meant() throws IOException {
        assertThat(problems("""
                        version: 1
                        rollups:
                          usage:
                            source: app.event
                            time: at
                            grain: [hour]
                            dimensions: [organization]
                            measures: {n: cuont}
                            target: app.usage
                            columns: {bucket: bucket}
                            seal-after: 10m
                            partitions: {keep: 400d}
                            checks: {one: {sum: n, fail: "> 1"}}
                        """))
                .extracting(one -> one.message() + "; " + one.help())
                .containsExactlyInAnyOrder(
                        "the key grain is not known here; did you mean grains?",
                        "this says no measure; write count, {sum: COLUMN}, or {count-if: {column: COLUMN, is: VALUE}}",
                        "10m is not a duration; did you mean 10min?");
    }
}
