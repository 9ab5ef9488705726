package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rules for all reference schemas, asked of the catalog. */
@Tag("PE-01")
final class DocumentationTest {
    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @Test
    void the_schema_has_a_comment() throws SQLException {
        assertThat(xp.session().text("select obj_description(to_regnamespace('xp'), 'pg_namespace')"))
                .isNotEqualTo("null");
    }

    /** An index that carries a constraint is described by that constraint. */
    @Test
    void every_table_index_and_sequence_has_a_comment() throws SQLException {
        assertThat(xp.session().lines("""
                                select c.oid::regclass from pg_class c
                                where c.relnamespace = 'xp'::regnamespace and c.relkind in ('r', 'p', 'i', 'S', 'v', 'm')
                                    and obj_description(c.oid, 'pg_class') is null
                                    and not exists (select from pg_constraint k where k.conindid = c.oid)
                                """)).isEmpty();
    }

    @Test
    void every_column_has_a_comment() throws SQLException {
        assertThat(xp.session().lines("""
                                select a.attrelid::regclass || '.' || a.attname
                                from pg_attribute a join pg_class c on c.oid = a.attrelid
                                where c.relnamespace = 'xp'::regnamespace and c.relkind = 'r'
                                    and a.attnum > 0 and not a.attisdropped
                                    and col_description(a.attrelid, a.attnum) is null
                                """)).isEmpty();
    }

    /** A not-null constraint is a row of its own from PostgreSQL 18 on; before, it is a property of the column. */
    @Test
    void every_constraint_has_a_comment() throws SQLException {
        assertThat(xp.session().lines("""
                                select conname from pg_constraint
                                where connamespace = 'xp'::regnamespace and contype <> 'n'
                                    and obj_description(oid, 'pg_constraint') is null
                                """)).isEmpty();
    }

    @Test
    void every_constraint_is_named_after_its_table() throws SQLException {
        assertThat(xp.session().lines("""
                                select k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid
                                where k.connamespace = 'xp'::regnamespace
                                    and not starts_with(k.conname, regexp_replace(c.relname, '_retired$', '') || '_')
                                """)).isEmpty();
    }

    @Test
    void every_function_has_a_comment() throws SQLException {
        assertThat(xp.session().lines("""
                                select oid::regprocedure from pg_proc
                                where pronamespace = 'xp'::regnamespace and obj_description(oid, 'pg_proc') is null
                                """)).isEmpty();
    }

    @Test
    void every_trigger_has_a_comment() throws SQLException {
        assertThat(xp.session().lines("""
                                select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
                                where c.relnamespace = 'xp'::regnamespace and not t.tgisinternal
                                    and obj_description(t.oid, 'pg_trigger') is null
                                """)).isEmpty();
    }

    @Test
    void every_foreign_key_has_an_index_that_begins_with_its_columns() throws SQLException {
        assertThat(xp.session().lines("""
                                select k.conname from pg_constraint k
                                where k.connamespace = 'xp'::regnamespace and k.contype = 'f' and not exists (
                                    select from pg_index i
                                    where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
                                        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
                                )
                                """)).isEmpty();
    }

    @Test
    void every_constraint_is_validated_and_every_index_is_valid() throws SQLException {
        Session session = xp.session();

        assertThat(session.lines("select conname from pg_constraint"
                        + " where connamespace = 'xp'::regnamespace and not convalidated"))
                .isEmpty();
        assertThat(session.lines("select indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indexrelid"
                        + " where c.relnamespace = 'xp'::regnamespace and not indisvalid"))
                .isEmpty();
    }

    @Test
    void every_timestamp_has_a_zone() throws SQLException {
        assertThat(xp.session().lines("""
                                select table_name || '.' || column_name from information_schema.columns
                                where table_schema = 'xp'
                                    and data_type in ('timestamp without time zone', 'time with time zone')
                                """)).isEmpty();
    }

    @Test
    void every_default_of_a_timestamp_is_now_utc() throws SQLException {
        assertThat(xp.session().lines("""
                                select table_name || '.' || column_name from information_schema.columns
                                where table_schema = 'xp' and data_type = 'timestamp with time zone'
                                    and column_default <> 'xp.now_utc()'
                                """)).isEmpty();
    }

    @Test
    void every_document_is_required_defaults_to_an_empty_object_and_is_checked_to_be_one() throws SQLException {
        Session session = xp.session();
        String documents = """
                select a.attrelid::regclass || '.' || a.attname
                from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
                left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where c.relnamespace = 'xp'::regnamespace and a.atttypid = 'jsonb'::regtype %s
                """;

        assertThat(session.lines(documents.formatted(""))).hasSize(5);
        assertThat(session.lines(documents.formatted("""
                        and not (
                            a.attnotnull
                            and pg_get_expr(d.adbin, d.adrelid) is not distinct from '''{}''::jsonb'
                            and exists (
                                select from pg_constraint k
                                where k.conrelid = a.attrelid and k.contype = 'c' and pg_get_constraintdef(k.oid)
                                    = format('CHECK ((jsonb_typeof(%I) = ''object''::text))', a.attname)
                            )
                        )
                        """))).isEmpty();
    }

    @Test
    void every_function_is_used_by_a_table_a_trigger_or_a_caller() throws SQLException {
        assertThat(xp.session().lines("""
                                select p.proname from pg_proc p
                                where p.pronamespace = 'xp'::regnamespace
                                    and not exists (select from pg_trigger t where t.tgfoid = p.oid)
                                    and not exists (
                                        select from pg_depend d
                                        where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
                                    )
                                """)).containsExactly("claim_daily_award");
    }
}
