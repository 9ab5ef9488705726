package dev.lockkeeper.stewardship.classification.rule;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.Findings;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Scene;
import java.util.List;
import java.util.Set;

/** DC15. Domains over such types count. */
public final class RetentionColumn implements DataRule {
    @Override
    public RuleText text() {
        return new RuleText(
                "DC15",
                "retention counted from what is no time",
                Severity.ERROR,
                "The age of a row is counted from a column of type date, timestamp or timestamptz. Rows in which it is null never go.",
                "name a column that holds a time, and is not null",
                List.of(new RuleText.Example("""
                                create schema app;
                                create table app.event (id int primary key, at timestamptz not null, word text, kept boolean);
                                create index on app.event (at);""", """
                                tables:
                                  app.event:
                                    retention: {days: 30, from: word, strategy: delete}""", """
                                tables:
                                  app.event:
                                    retention: {days: 30, from: at, strategy: delete}""")));
    }

    private static final Set<String> TIMES = Set.of("date", "timestamp", "timestamptz");

    @Override
    public void judge(Scene scene, Findings findings) {
        scene.classified().forEach(one -> {
            Retention retention = one.entry().retention();
            if (retention != null && retention.ends()) {
                one.relation().column(retention.from()).ifPresent(column -> {
                    ColumnName name = new ColumnName(one.relation().name(), column.name());
                    if (!TIMES.contains(scene.base(column.type()))
                            || column.type().array()) {
                        findings.add(
                                retention.place(),
                                name,
                                "the rows of " + one.relation().name() + " are kept from " + column.name()
                                        + " on, which is " + column.type().spelled());
                    }
                });
            }
        });
    }
}
