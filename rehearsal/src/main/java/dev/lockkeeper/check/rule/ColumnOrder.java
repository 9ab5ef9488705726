package dev.lockkeeper.check.rule;

import dev.lockkeeper.check.Done;
import dev.lockkeeper.check.Findings;
import dev.lockkeeper.check.Rehearsed;
import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.observation.Effect;
import dev.lockkeeper.observation.Part;
import java.util.List;
import java.util.Map;

/** ST13. Values of varying length are packed without gaps when they are short, so only what stands between them is counted. */
public final class ColumnOrder implements Rule {
    private static final int WORTH_TELLING = 16;
    private static final Map<String, Integer> ALIGNMENTS = Map.of("c", 1, "s", 2, "i", 4, "d", 8);

    @Override
    public RuleText text() {
        return new RuleText(
                "ST13",
                "order of columns that wastes room",
                Severity.NOTE,
                """
                The server begins an eight-byte value at a multiple of eight and fills the room in front of it with nothing. Small columns between \
                large ones cost up to seven bytes each, in every row, on disk and in memory.""",
                "first the columns of eight bytes, then those of four, two and one, then text and the like",
                List.of(
                        new RuleText.Example(
                                "",
                                "create table t (a boolean, id bigint primary key, b boolean, x timestamptz, c boolean, y timestamptz);",
                                "create table t (id bigint primary key, x timestamptz, y timestamptz, a boolean, b boolean, c boolean);")));
    }

    @Override
    public void observed(Rehearsed migration, Findings findings) {
        for (Done done : migration.statements()) {
            done.effects(Effect.Change.CREATED, "table")
                    .filter(table -> !table.now().is("relispartition"))
                    .forEach(table -> {
                        int wasted = wasted(migration
                                .parts(Part.Kind.COLUMN)
                                .filter(column -> column.traits()
                                        .is(
                                                "attrelid",
                                                String.valueOf(table.now().get("oid"))))
                                .toList());
                        if (wasted >= WORTH_TELLING) {
                            findings.add(
                                    done.place(),
                                    table.object(),
                                    "each row of " + table.object() + " has " + wasted + " bytes with nothing in it");
                        }
                    });
        }
    }

    private static int wasted(List<Part> columns) {
        int offset = 0;
        int wasted = 0;
        for (Part column : columns) {
            int length = Integer.parseInt(column.traits().values().getOrDefault("attlen", "-1"));
            if (length < 0) {
                offset = 0;
            } else {
                int alignment =
                        ALIGNMENTS.getOrDefault(String.valueOf(column.traits().get("attalign")), 1);
                int gap = (alignment - offset % alignment) % alignment;
                wasted += gap;
                offset += gap + length;
            }
        }
        return wasted;
    }
}
