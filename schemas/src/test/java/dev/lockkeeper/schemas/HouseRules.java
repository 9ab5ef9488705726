package dev.lockkeeper.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rules that hold for all reference schemas, asked of the catalog; each schema's tests extend it. */
public abstract class HouseRules {
    @RegisterExtension
    public final Migrated migrated;

    private final String schemas;

    /**
     * @param schemas what the migrations fill
     */
    protected HouseRules(Migrated migrated, String... schemas) {
        this.migrated = migrated;
        this.schemas = "'{" + String.join(",", schemas) + "}'::regnamespace[]";
    }

    /** The lines of a query in which {@code {schemas}} stands for the array of schemas. */
    protected final List<String> lines(String query) throws SQLException {
        return migrated.session().lines(query.replace("{schemas}", schemas));
    }

    @Test
    void every_schema_has_a_comment() throws SQLException {
        assertThat(lines("select n from unnest({schemas}) n where obj_description(n, 'pg_namespace') is null"))
                .isEmpty();
    }

    /** An index that carries a constraint is described by that constraint. */
    @Test
    void every_table_view_index_and_sequence_has_a_comment() throws SQLException {
        assertThat(lines("""
                select c.oid::regclass from pg_class c
                where c.relnamespace = any ({schemas}) and c.relkind in ('r', 'p', 'i', 'I', 'S', 'v', 'm')
                    and not c.relispartition
                    and obj_description(c.oid, 'pg_class') is null
                    and not exists (select from pg_constraint k where k.conindid = c.oid)
                """)).isEmpty();
    }

    @Test
    void every_column_has_a_comment() throws SQLException {
        assertThat(lines("""
                select a.attrelid::regclass || '.' || a.attname
                from pg_attribute a join pg_class c on c.oid = a.attrelid
                where c.relnamespace = any ({schemas}) and c.relkind in ('r', 'p') and not c.relispartition
                    and a.attnum > 0 and not a.attisdropped and col_description(a.attrelid, a.attnum) is null
                """)).isEmpty();
    }

    /** A not-null constraint is a row of its own from PostgreSQL 18 on; before, it is a property of the column. */
    @Test
    void every_constraint_has_a_comment() throws SQLException {
        assertThat(lines("""
                select conname from pg_constraint
                where connamespace = any ({schemas}) and contype <> 'n' and coninhcount = 0 and conparentid = 0
                    and obj_description(oid, 'pg_constraint') is null
                """)).isEmpty();
    }

    @Test
    void every_constraint_is_named_after_its_table() throws SQLException {
        assertThat(lines("""
                select k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid
                where k.connamespace = any ({schemas}) and not c.relispartition
                    and not starts_with(k.conname, regexp_replace(c.relname, '_retired$', '') || '_')
                """)).isEmpty();
    }

    @Test
    void every_function_has_a_comment() throws SQLException {
        assertThat(lines("""
                select oid::regprocedure from pg_proc
                where pronamespace = any ({schemas}) and obj_description(oid, 'pg_proc') is null
                """)).isEmpty();
    }

    @Test
    void append_only_is_the_same_in_all_schemas() throws SQLException {
        assertThat(lines("select prosrc from pg_proc where pronamespace = any ({schemas}) and proname = 'append_only'"))
                .allSatisfy(body -> assertThat(body).isEqualTo("""

                begin
                    raise exception '% of %.% is refused: it is append-only', tg_op, tg_table_schema, tg_table_name
                        using errcode = 'restrict_violation',
                            schema = tg_table_schema,
                            table = tg_table_name,
                            constraint = tg_table_name || '_append_only',
                            hint = 'Insert a row that corrects the earlier one.';
                end
                """));
    }

    @Test
    void every_trigger_and_every_policy_has_a_comment() throws SQLException {
        assertThat(lines("""
                select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
                where c.relnamespace = any ({schemas}) and not t.tgisinternal and t.tgparentid = 0
                    and obj_description(t.oid, 'pg_trigger') is null
                union all
                select p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
                where c.relnamespace = any ({schemas}) and not c.relispartition
                    and obj_description(p.oid, 'pg_policy') is null
                """)).isEmpty();
    }

    @Test
    void every_foreign_key_has_an_index_that_begins_with_its_columns() throws SQLException {
        assertThat(lines("""
                select k.conname from pg_constraint k
                where k.connamespace = any ({schemas}) and k.contype = 'f' and not exists (
                    select from pg_index i
                    where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
                        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
                )
                """)).isEmpty();
    }

    @Test
    void every_constraint_is_validated_and_every_index_is_valid() throws SQLException {
        assertThat(lines("""
                select conname from pg_constraint where connamespace = any ({schemas}) and not convalidated
                union all
                select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
                where c.relnamespace = any ({schemas}) and not i.indisvalid
                """)).isEmpty();
    }

    @Test
    void every_timestamp_has_a_zone() throws SQLException {
        assertThat(lines("""
                select a.attrelid::regclass || '.' || a.attname
                from pg_attribute a join pg_class c on c.oid = a.attrelid
                where c.relnamespace = any ({schemas}) and c.relkind in ('r', 'p') and not a.attisdropped
                    and a.atttypid in ('timestamp'::regtype, 'timetz'::regtype)
                """)).isEmpty();
    }

    @Test
    void every_document_is_required_defaults_to_an_empty_object_and_is_checked_to_be_one() throws SQLException {
        assertThat(lines("""
                select a.attrelid::regclass || '.' || a.attname
                from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
                left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where c.relnamespace = any ({schemas}) and a.atttypid = 'jsonb'::regtype and not a.attisdropped
                    and not (
                        a.attnotnull
                        and pg_get_expr(d.adbin, d.adrelid) is not distinct from '''{}''::jsonb'
                        and exists (
                            select from pg_constraint k
                            where k.conrelid = a.attrelid and k.contype = 'c' and pg_get_constraintdef(k.oid)
                                = format('CHECK ((jsonb_typeof(%I) = ''object''::text))', a.attname)
                        )
                    )
                """)).isEmpty();
    }

    /**
     * A function with a body in SQL-standard form has its names bound already. A path that names pg_temp has it where it
     * says; an empty one has it first, before pg_catalog.
     */
    @Test
    void every_function_ignores_the_search_path_of_its_caller() throws SQLException {
        assertThat(lines("""
                select p.oid::regprocedure from pg_proc p
                where p.pronamespace = any ({schemas}) and p.prosqlbody is null
                    and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
                """)).isEmpty();
    }
}
