package dev.lockkeeper.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.sql.Effect.Scale;
import dev.lockkeeper.sql.Effect.Thing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("MIG-05")
class EffectTest {
    private static final IndexForm PLAIN = new IndexForm(false, "btree", 1, 1, false, false);
    private static final IndexForm UNIQUE = new IndexForm(true, "btree", 1, 1, false, false);

    static final List<Map.Entry<String, Effect>> SPELLINGS = List.of(
            build("create index concurrently i on t (a)", "i", "t", PLAIN),
            build("CREATE\nUNIQUE/* x */INDEX CONCURRENTLY I ON ONLY T USING BTREE (a)", "I", "T", UNIQUE),
            build("create index concurrently i -- on u\n on -- more\n s . t (a)", "i", "s.t", PLAIN),
            build(
                    "create index concurrently i on \"s.x\" /* . */ . \"T \"\"q\" (a)",
                    "i",
                    "\"s.x\".\"T \"\"q\"",
                    PLAIN),
            build("create index concurrently i on db.s.t (a)", "i", "s.t", PLAIN),
            build("create index concurrently i on only (s.t) (a)", "i", "s.t", PLAIN),
            build("create index concurrently i on t * (a)", "i", "t", PLAIN),
            build("create index concurrently if on t (a)", "if", "t", PLAIN),
            build(
                    "create index concurrently u&\"\\0069 \\+000031\\\\\" on u&\"t!0022\" uescape '!' (a)",
                    "\"i 1\\\"",
                    "\"t\"\"\"",
                    PLAIN),
            build("create index concurrently u&\"\\+10FFFF\" on t (a)", "\"\uDBFF\uDFFF\"", "t", PLAIN),
            new Case("ANALYZE t", new Effect.Repeatable()),
            new Case(
                    "create index concurrently if not exists \"if\" on t (a)",
                    new Effect.IndexBuilt("\"if\"", "t", PLAIN, true)),
            new Case("create index concurrently on t (a)", new Effect.IndexBuilt(null, "t", PLAIN, false)),
            build(
                    "create index concurrently i on t using gin (f(a, b) o (x = 1, y = 'where'), (array[a, b]), c collate \"C\")",
                    "i",
                    "t",
                    new IndexForm(false, "gin", 3, 3, false, false)),
            build(
                    "create unique index concurrently i on t (a, b desc nulls last) include (c, d) nulls not distinct"
                            + " with (fillfactor = 70) tablespace x where a > 0",
                    "i",
                    "t",
                    new IndexForm(true, "btree", 2, 4, true, true)),
            build(
                    "create index concurrently i on t using rtree (a) with (\"where\" = 1)",
                    "i",
                    "t",
                    new IndexForm(false, "gist", 1, 1, false, false)),
            new Case("drop index concurrently -- no more used\n a_i", new Effect.IndexDropped("a_i")),
            new Case("drop index concurrently if exists S.\"a.b\" cascade", new Effect.IndexDropped("S.\"a.b\"")),
            new Case("drop index concurrently if", new Effect.IndexDropped("if")),
            new Case("reindex table concurrently s.t", new Effect.IndexesRebuilt(Scale.TABLE, "s.t", true)),
            new Case("reindex (verbose, concurrently) index i", new Effect.IndexesRebuilt(Scale.INDEX, "i", true)),
            new Case(
                    "reindex (concurrently false, tablespace x) index i",
                    new Effect.IndexesRebuilt(Scale.INDEX, "i", false)),
            new Case("reindex (concurrently on) schema \"S\"", new Effect.IndexesRebuilt(Scale.SCHEMA, "\"S\"", true)),
            new Case("reindex database concurrently d", new Effect.IndexesRebuilt(Scale.DATABASE, null, true)),
            new Case("reindex (verbose) system", new Effect.IndexesRebuilt(Scale.DATABASE, null, false)),
            new Case(
                    "alter table if exists only app.m detach partition app . \"m 1\" concurrently",
                    new Effect.PartitionDetached("app.m", "app.\"m 1\"")),
            new Case("alter table if detach partition x concurrently", new Effect.PartitionDetached("if", "x")),
            new Case("create database \"D\" template t", new Effect.Created(Thing.DATABASE, "\"D\"")),
            new Case("drop database if exists d with (force)", new Effect.Dropped(Thing.DATABASE, "d")),
            new Case("create tablespace x location '/y'", new Effect.Created(Thing.TABLESPACE, "x")),
            new Case("drop tablespace x", new Effect.Dropped(Thing.TABLESPACE, "x")),
            new Case("create subscription x connection '' publication p", new Effect.Created(Thing.SUBSCRIPTION, "x")),
            new Case("drop subscription if exists x", new Effect.Dropped(Thing.SUBSCRIPTION, "x")),
            new Case("alter database d set tablespace x", new Effect.DatabaseMoved("d", "x")),
            new Case("vacuum (full) t", new Effect.Repeatable()),
            new Case("alter system set work_mem = '1MB'", new Effect.Repeatable()),
            new Case("alter subscription s refresh publication", new Effect.Repeatable()));

    private record Case(String getKey, Effect getValue) implements Map.Entry<String, Effect> {
        @Override
        public Effect setValue(Effect value) {
            throw new UnsupportedOperationException();
        }
    }

    private static Case build(String sql, String name, String table, IndexForm form) {
        return new Case(sql, new Effect.IndexBuilt(name, table, form, false));
    }

    private static Effect effect(String sql) {
        return Effect.of(Splitter.split(sql).get(0));
    }

    @ParameterizedTest
    @FieldSource("SPELLINGS")
    void a_statement_is_read_however_it_is_spelled(Map.Entry<String, Effect> spelling) {
        assertThat(effect(spelling.getKey())).isEqualTo(spelling.getValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "call p()",
                "do $$ begin commit; end $$",
                "alter subscription s add publication p",
                "alter table t detach partition p",
                "alter table t detach partition p finalize",
                "create index i on t (a)",
                "create index concurrently s.i on t (a)",
                "create index concurrently i on t",
                "create index concurrently \"\" on t (a)",
                "create index concurrently u&\"\\00\" on t (a)",
                "create index concurrently u&\"\\0000\" on t (a)",
                "drop index concurrently a, b",
                "drop index concurrently a.b.c.d",
                "drop index a",
                "reindex",
                "drop index concurrently"
            })
    void what_is_none_of_them_or_no_sql_is_unknown(String sql) {
        assertThat(effect(sql)).isEqualTo(new Effect.Unknown());
    }

    @Test
    void only_commands_that_hold_up_nobody_wait_without_a_limit() {
        assertThat(SPELLINGS.stream().filter(s -> s.getValue().isConcurrent()).map(Map.Entry::getKey))
                .allSatisfy(sql ->
                        assertThat(sql.toLowerCase(java.util.Locale.ROOT)).contains("concurrently"))
                .doesNotContain("reindex (concurrently false, tablespace x) index i");
    }
}
