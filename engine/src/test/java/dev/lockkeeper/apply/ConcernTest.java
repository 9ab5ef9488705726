package dev.lockkeeper.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.sql.Effect;
import dev.lockkeeper.sql.IndexForm;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("RUN-05")
class ConcernTest {
    private static final IndexForm FORM = new IndexForm(false, "btree", 1, 1, false, false);

    static final List<Effect> EFFECTS = List.of(
            new Effect.IndexBuilt("i", "t", FORM, false),
            new Effect.IndexBuilt(null, "t", FORM, true),
            new Effect.IndexDropped("i"),
            new Effect.IndexesRebuilt(Effect.Scale.INDEX, "i", true),
            new Effect.IndexesRebuilt(Effect.Scale.TABLE, "t", false),
            new Effect.IndexesRebuilt(Effect.Scale.SCHEMA, "s", true),
            new Effect.IndexesRebuilt(Effect.Scale.DATABASE, null, true),
            new Effect.PartitionDetached("t", "p"),
            new Effect.Created(Effect.Thing.DATABASE, "d"),
            new Effect.Created(Effect.Thing.SUBSCRIPTION, "s"),
            new Effect.Dropped(Effect.Thing.TABLESPACE, "s"),
            new Effect.DatabaseMoved("d", "x"));

    @Test
    void text_of_a_record_is_read_back_as_it_was() {
        Concern concern = new Concern(
                "index-built",
                List.of(
                        new Fact(Fact.Role.TABLE, 4294967295L, 2200, "public.\"a;\"\"b\"", "r"),
                        new Fact(Fact.Role.WANTED, 0, 0, "a \"q\"; 1\nü\\", "")));
        assertThat(Concern.parse(concern.text())).contains(concern);
        assertThat(concern.text())
                .startsWith("1 index-built; table 4294967295 2200 \"public.\"\"a;\"\"\"\"b\"\"\" \"r\"; wanted 0 0 ");
        Concern nothing = Concern.of(new Effect.Repeatable(), List.of());
        assertThat(Concern.parse(nothing.text())).contains(nothing);
        assertThat(nothing.text()).isEqualTo("1 repeatable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "2 index-built",
                "index-built",
                "1 index-built; ",
                "1 index-built; table 1 2 \"t\"",
                "1 index-built; table 1 2 \"t\" \"r\" \"more\"",
                "1 index-built; table x 2 \"t\" \"r\"",
                "1 index-built; relation 1 2 \"t\" \"r\"",
                "1 index-built; table 1 2 \"t\" \"r",
                "1 index-built table 1 2 \"t\" \"r\"",
                "{\"v\": 1}"
            })
    void text_that_is_not_understood_is_no_record(String text) {
        assertThat(Concern.parse(text)).isEmpty();
        assertThat(Concern.parse(null)).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("EFFECTS")
    void nothing_in_the_sql_is_looked_for_in_the_search_path(Effect effect) {
        String sql =
                Resolution.sql(effect).replaceAll("'[^']*'", "''").replaceAll("operator\\(pg_catalog\\.[^)]*\\)", "");
        assertThat(sql).doesNotContainPattern("[=<>~|!#@&^]|-(?!\\d)");
        assertThat(found("(?<![.\\w])([a-z_]+)\\(", sql)).isSubsetOf("coalesce");
        assertThat(found("::([\\w\".]+)", sql)).allMatch(type -> type.startsWith("pg_catalog."));
        assertThat(found("\\b(?:from|join|lateral) ([\\w.]+)", sql))
                .allMatch(relation ->
                        List.of("t", "r", "p", "rel", "part", "lateral").contains(relation)
                                || relation.startsWith("pg_catalog."));
        assertThat(sql)
                .doesNotContainPattern("\\b(in|like|ilike|similar|between|distinct|nullif|using|union(?! all))\\b");
        assertThat(sql).doesNotContainPattern("case (?!when)");
    }

    private static List<String> found(String pattern, String sql) {
        return Pattern.compile(pattern)
                .matcher(sql)
                .results()
                .map(m -> m.group(1))
                .toList();
    }
}
