package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.CheckQuery;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.DuckDbDialect;
import dev.lockkeeper.analytics.dialect.Keys;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Replacement;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.dialect.SparkDialect;
import dev.lockkeeper.analytics.dialect.TrinoDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What SQL a definition becomes; {@code -Dlockkeeper.golden=refresh} writes it anew. */
class RenderingTest {
    private static final Path GOLDEN =
            Path.of(System.getProperty("lockkeeper.root")).resolve("analytics/src/test/resources/golden");
    private static final Instant NINE = Instant.parse("2026-01-10T09:00:00Z");
    private static final String CHECKS = """
                checks:
                  rows: {row-count: raw, fail: "< 1"}
                  tokens: {sum: tokens, warn: "> 1000000"}
                  errors: {ratio: [errors, requests], fail: "> 0.5"}
                  same: {equals-raw: [requests, tokens]}
                  known: {no-null: organization_id}
                  once: {unique: event_id}
                  volume: {volume: requests, fail: "< 0.1"}
                  own: {sql: "select count(*) from app.event t where t.at >= :from and t.at < :to and t.cost::text = ''", fail: "> 0"}
            """;

    private static String all(Dialect dialect, Rollup rollup) {
        Aggregation aggregation = new Aggregation(rollup, dialect);
        StringBuilder text = new StringBuilder();
        add(text, "groups of an hour", aggregation.groups(Grain.HOUR, Span.bucket(Grain.HOUR, NINE), null));
        add(
                text,
                "groups of each day",
                aggregation.groupsByBucket(Grain.DAY, new Span(NINE, NINE.plusSeconds(864_000))));
        add(
                text,
                "parts of an hour replaced",
                dialect.replace(new Replacement(rollup, Grain.HOUR, NINE, new Keys(List.of("a'b", "c"), true))));
        add(text, "a day replaced", dialect.replace(new Replacement(rollup, Grain.DAY, Grain.DAY.start(NINE), null)));
        rollup.checks()
                .forEach(check -> add(
                        text,
                        "check " + check.name(),
                        new CheckQuery(aggregation, check).of(Span.bucket(check.grain(), NINE))));
        return text.toString();
    }

    private static void add(StringBuilder text, String title, String sql) {
        text.append("-- ")
                .append(title)
                .append('\n')
                .append(sql.replaceAll(
                        " (?=(?:from|where|group by|having|union all|on conflict|[a-z]+ as materialized|gone as|written as) ?\\(?)",
                        "\n    "))
                .append(";\n\n");
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void definition_becomes_the_sql_that_stands_here(Dialect dialect, @TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("usage.yaml"), Mill.USAGE.replace("{sum: cost}", "{sum: cost, scale: 2}") + CHECKS);
        String text = all(dialect, Definitions.read(folder).rollups().get(0));
        Path golden = GOLDEN.resolve(dialect.name() + ".sql");
        if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    private static List<Dialect> dialects() {
        return List.of(new PostgresDialect(), new DuckDbDialect(), new SparkDialect(), new TrinoDialect());
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void names_and_texts_mean_themselves_and_null_is_the_same_as_null(Dialect dialect) {
        String quote = dialect.name().equals("spark") ? "`" : "\"";
        assertThat(dialect.identifier("a " + quote + " b")).isEqualTo(quote + "a " + quote + quote + " b" + quote);
        assertThat(dialect.text("it's")).isEqualTo(dialect.name().equals("spark") ? "'it\\'s'" : "'it''s'");
        assertThat(dialect.same("a", "b"))
                .isEqualTo(dialect.name().equals("spark") ? "a <=> b" : "a is not distinct from b");
        assertThat(dialect.instant(Instant.parse("+12026-01-01T00:00:00Z"))).contains("317336745600");
    }
}
