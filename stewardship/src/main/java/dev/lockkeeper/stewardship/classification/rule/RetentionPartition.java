package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC17. The key is that one column. */
public final class RetentionPartition implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC17",
                "retention by partitions that do not end",
                Severity.ERROR,
                "A partition goes as a whole when its upper bound is old enough. That needs range partitions by the column from whose time on rows are kept.",
                "partition by range of that column, or let single rows go",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (at timestamptz not null, x int) partition by list (x);
                                create table app.b (at timestamptz not null, x int) partition by range (at);""", """
                                tables:
                                  app.a:
                                    retention: {days: 30, from: at, strategy: archive, by: partition}""", """
                                tables:
                                  app.b:
                                    retention: {days: 30, from: at, strategy: archive, by: partition}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().forEach(one -> {
            Retention retention = one.entry().retention();
            Partitioning by = one.relation().partitioning();
            if (retention != null
                    && retention.byPartition()
                    && (by == null
                            || !by.strategy().equals("RANGE")
                            || !by.columns().equals(List.of(retention.from())))) {
                findings.add(
                        retention.place(),
                        one.relation().name(),
                        one.relation().name() + " is "
                                + (by == null
                                        ? "not partitioned"
                                        : "partitioned by " + by.strategy() + " (" + by.key() + ")")
                                + ", not by range of " + retention.from());
            }
        });
    }
}
