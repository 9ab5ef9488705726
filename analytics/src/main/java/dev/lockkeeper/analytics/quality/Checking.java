package dev.lockkeeper.analytics.quality;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.analytics.definition.Check;
import dev.lockkeeper.analytics.definition.Check.What;
import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Aggregation;
import dev.lockkeeper.analytics.dialect.CheckQuery;
import dev.lockkeeper.analytics.dialect.Dialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.source.Checksum;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the checks of a rollup in the transaction that is open, so that they see what it has written and nobody else does yet. */
public record Checking(Site site, Dialect dialect, Rollup rollup) {
    /** All that the server writes of a numeric but NaN, Infinity and -Infinity. */
    private static final String NUMBER = "-?\\d+(\\.\\d+)?";

    /** Those of a bucket. */
    public List<CheckResult> bucket(Grain grain, Instant start) {
        Span bucket = Span.bucket(grain, start);
        List<CheckResult> results = new ArrayList<>();
        for (Check check : rollup.checks()) {
            if (!check.isOfAll() && check.grain() == grain) {
                results.add(result(
                        check,
                        bucket,
                        new CheckQuery(new Aggregation(rollup, dialect), check)
                                .of(bucket, key -> pending(grain, bucket, key))));
            }
        }
        return results;
    }

    /** An event that was committed after its part was computed brought a mark along: the next run computes that part. */
    private String pending(Grain grain, Span bucket, String key) {
        return "exists (select from " + site.table("rollup_dirty") + " m where m.rollup = " + literal(rollup.name())
                + " and m.grain in (" + literal(rollup.base().word()) + ", " + literal(grain.word()) + ") and "
                + dialect.within("m.bucket_start", bucket) + " and (m.whole or m.key is not distinct from " + key
                + "::text))";
    }

    /** Those of the rollup as a whole. */
    public List<CheckResult> all() {
        List<CheckResult> results = new ArrayList<>();
        for (Check check : rollup.checks()) {
            if (check.isOfAll()) {
                results.add(result(
                        check,
                        null,
                        "select extract(epoch from now() - max(bucket_start) - interval '"
                                + check.grain().length().toSeconds() + " s'), null from "
                                + site.table("rollup_interval")
                                + " where rollup = " + literal(rollup.name()) + " and grain = "
                                + literal(check.grain().word())));
            }
        }
        return results;
    }

    private CheckResult result(Check check, @Nullable Span bucket, String query) {
        try {
            @Nullable
            String[] row = check.what() instanceof What.Sql ? onlyReading(query) : site.part(() -> row(query));
            for (@Nullable String value : row) {
                if (value != null && !value.matches(NUMBER)) {
                    return new CheckResult(
                            check, bucket, null, Outcome.ERROR, value + " cannot be compared with a threshold", query);
                }
            }
            BigDecimal observed = number(row[0]);
            return new CheckResult(check, bucket, observed, Outcome.of(check, observed, number(row[1])), null, query);
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            return new CheckResult(check, bucket, null, Outcome.ERROR, e.error().message(), query);
        }
    }

    private @Nullable String[] row(String query) {
        return site.query("select observed::numeric::text, sample::numeric::text from (" + query
                        + ") c (observed, sample)")
                .get(0);
    }

    /** A query that people wrote reads, and does nothing else: what it does beside is taken back. */
    private @Nullable String[] onlyReading(String query) {
        return site.tried(() -> {
            site.execute("set transaction read only");
            return row(query);
        });
    }

    private static @Nullable BigDecimal number(@Nullable String text) {
        return text == null ? null : new BigDecimal(text);
    }

    /** Keeps results. */
    public void keep(long run, List<CheckResult> results) {
        for (CheckResult one : results) {
            Span bucket = one.bucket();
            site.execute("insert into " + site.table("dq_result")
                    + " (run_id, rollup, check_id, check_hash, grain, bucket_from, bucket_to, observed, threshold, outcome,"
                    + " blocking, detail, sample_query) values ("
                    + run + ", " + literal(rollup.name()) + ", "
                    + literal(one.check().name()) + ", "
                    + literal(hash(one.check())) + ", "
                    + literal(one.check().grain().word()) + ", "
                    + (bucket == null
                            ? "null, null"
                            : dialect.instant(bucket.from()) + ", " + dialect.instant(bucket.to()))
                    + ", " + (one.observed() == null ? "null" : one.observed().toPlainString()) + ", "
                    + text(one.threshold() == null ? null : one.threshold().toString()) + ", "
                    + literal(one.outcome().word()) + ", " + one.check().blocking() + ", " + text(one.detail()) + ", "
                    + literal(one.query()) + ")");
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "null" : literal(value);
    }

    /** The digest of what decides its outcome. */
    private static String hash(Check check) {
        return Checksum.of(check.what() + "\n" + check.grain() + "\n" + check.warn() + "\n" + check.fail() + "\n"
                        + check.minSample())
                .value();
    }
}
