package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;

/** DC16. A partition key serves as well, and so does an index of each partition. */
public final class RetentionIndex implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC16",
                "retention column without an index",
                Severity.WARNING,
                "Each batch looks for the oldest rows. Without an index that begins with the column, each one reads the whole table.",
                "create index concurrently on ... (COLUMN)",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.a (id int primary key, at timestamptz not null);
                                create table app.b (id int primary key, at timestamptz not null);
                                create index on app.b (at);""", """
                                tables:
                                  app.a:
                                    retention: {days: 30, from: at, strategy: delete}""", """
                                tables:
                                  app.b:
                                    retention: {days: 30, from: at, strategy: delete}""")));
    }

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().forEach(one -> {
            Retention retention = one.entry().retention();
            Partitioning by = one.relation().partitioning();
            if (retention != null
                    && retention.ends()
                    && retention.call() == null
                    && one.relation().column(retention.from()).isPresent()
                    && (by == null || by.columns().stream().noneMatch(retention.from()::equals))
                    && one.relation().indexes().stream().noneMatch(index -> serves(index, retention.from()))
                    && !scene.parts()
                            .indexed()
                            .contains(new ColumnName(one.relation().name(), retention.from()))) {
                findings.add(
                        retention.place(),
                        new ColumnName(one.relation().name(), retention.from()),
                        "no index of " + one.relation().name() + " begins with " + retention.from());
            }
        });
    }

    private static boolean serves(Index index, String column) {
        return index.valid()
                && index.condition() == null
                && column.equals(index.columns().get(0));
    }
}
