package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Part;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** FN07. Bounds are compared as the server writes them; of times and numbers it knows the order, of other values only that they meet. */
public final class PartitionGap implements Rule {
    private static final Pattern BOUND = Pattern.compile("(?s)FOR VALUES FROM \\((?<from>.*)\\) TO \\((?<to>.*)\\)");
    private static final Pattern NUMBER = Pattern.compile("'?(-?\\d+(?:\\.\\d+)?)'?");

    @Override
    public RuleText text() {
        return new RuleText(
                "FN07",
                "gap between partitions",
                Severity.WARNING,
                """
                A row between the end of one partition and the begin of the next has no place: INSERT fails, or the row goes into the DEFAULT partition and keeps the missing \
                one from being made later. Mostly an end was taken for the last value inside, but it is the first one outside.""",
                "let each partition begin with the value at which the one before it ends",
                List.of(
                        new RuleText.Example(
                                "create table p (day date) partition by range (day);"
                                        + " create table p1 partition of p for values from ('2026-01-01') to ('2026-01-31');",
                                "create table p2 partition of p for values from ('2026-02-01') to ('2026-03-01');",
                                "create table p2 partition of p for values from ('2026-01-31') to ('2026-03-01');"),
                        new RuleText.Example(
                                "create table p (id bigint) partition by range (id);"
                                        + " create table p1 partition of p for values from (9) to (10);",
                                "create table p2 partition of p for values from (11) to (100);",
                                "create table p2 partition of p for values from (10) to (100);")));
    }

    private record Range(String from, String to) {}

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        Set<String> told = new HashSet<>();
        PartitionIndex.added(migration).forEach(added -> {
            String parent = added.getValue().table();
            Matcher own = BOUND.matcher(String.valueOf(added.getValue().traits().get("bound")));
            if (own.matches()) {
                List<Range> ranges = migration
                        .parts(Part.Kind.PARTITION, parent)
                        .map(part -> BOUND.matcher(String.valueOf(part.traits().get("bound"))))
                        .filter(Matcher::matches)
                        .map(bound -> new Range(bound.group("from"), bound.group("to")))
                        .sorted(Comparator.comparing(Range::from, PartitionGap::compare))
                        .toList();
                for (int i = 1; i < ranges.size(); i++) {
                    Range before = ranges.get(i - 1);
                    Range after = ranges.get(i);
                    boolean mine =
                            before.to().equals(own.group("to")) || after.from().equals(own.group("from"));
                    if (mine && !before.to().equals(after.from()) && told.add(parent + " " + after.from())) {
                        findings.add(
                                added.getKey().place(),
                                parent,
                                "no partition of " + parent + " takes what is between " + before.to() + " and "
                                        + after.from());
                    }
                }
            }
        });
    }

    private static int compare(String one, String other) {
        if (one.equals("MINVALUE") || other.equals("MINVALUE")) {
            return one.equals(other) ? 0 : one.equals("MINVALUE") ? -1 : 1;
        }
        Matcher a = NUMBER.matcher(one);
        Matcher b = NUMBER.matcher(other);
        return a.matches() && b.matches()
                ? new BigDecimal(a.group(1)).compareTo(new BigDecimal(b.group(1)))
                : one.compareTo(other);
    }
}
