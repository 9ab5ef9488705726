package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules for all reference schemas, asked of the catalog. */
@Tag("WP-11")
final class DocumentationTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    /** Each query lists what breaks the rule. A not-null constraint is a row of its own from PostgreSQL 18 on. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            every schema, table and index has a comment | `
                select nspname from pg_namespace where nspname = 'planner' and obj_description(oid, 'pg_namespace') is null
                union all
                select c.oid::regclass::text from pg_class c
                where c.relnamespace = 'public'::regnamespace and obj_description(c.oid, 'pg_class') is null
                    and not exists (select from pg_constraint k where k.conindid = c.oid)`
            every column has a comment | `
                select a.attrelid::regclass || '.' || a.attname from pg_attribute a
                join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
                where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
                    and col_description(a.attrelid, a.attnum) is null`
            every constraint has a comment and is named after its table | `
                select k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid
                where k.connamespace = 'public'::regnamespace and k.contype not in ('n', 't')
                    and (obj_description(k.oid, 'pg_constraint') is null or not starts_with(k.conname, c.relname || '_'))`
            every function has a comment | `
                select oid::regprocedure from pg_proc
                where pronamespace in ('public'::regnamespace, 'planner'::regnamespace)
                    and obj_description(oid, 'pg_proc') is null`
            every trigger has a comment | `
                select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
                where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
                    and obj_description(t.oid, 'pg_trigger') is null`
            every policy has a comment | `
                select p.polname from pg_policy p where obj_description(p.oid, 'pg_policy') is null`
            every foreign key has an index that begins with its columns | `
                select k.conname from pg_constraint k
                where k.connamespace = 'public'::regnamespace and k.contype = 'f' and not exists (
                    select from pg_index i where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
                        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`
            every policy column leads an index | `
                select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id'
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not exists (
                    select from pg_index i where i.indrelid = c.oid and i.indisvalid and i.indpred is null
                        and i.indkey[0] = a.attnum)`
            every constraint is validated | `
                select conname from pg_constraint where connamespace = 'public'::regnamespace and not convalidated`
            every timestamp has a zone | `
                select table_name || '.' || column_name from information_schema.columns
                where table_schema = 'public' and data_type in ('timestamp without time zone', 'time with time zone')`
            every document is required, defaults to an empty object and is checked to be one | `
                select a.attrelid::regclass || '.' || a.attname
                from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
                left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where c.relnamespace = 'public'::regnamespace and a.atttypid = 'jsonb'::regtype and not (
                    a.attnotnull and pg_get_expr(d.adbin, d.adrelid) is not distinct from '''{}''::jsonb'
                    and exists (
                        select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'c'
                            and pg_get_constraintdef(k.oid)
                                = format('CHECK ((jsonb_typeof(%I) = ''object''::text))', a.attname)))`
            """)
    void the_catalog_keeps_the_rule(String rule, String offenders) throws SQLException {
        assertThat(wp.session().lines(offenders)).as(rule).isEmpty();
    }
}
