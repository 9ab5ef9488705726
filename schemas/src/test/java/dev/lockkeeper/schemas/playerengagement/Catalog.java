package dev.lockkeeper.schemas.playerengagement;

import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The catalog of a schema and of the extensions as sorted lines, for a comparison by eye. */
final class Catalog {
    private static final List<String> QUERIES = List.of("""
            select concat_ws(' | ', 'schema', nspname, nspowner::regrole, nspacl, obj_description(oid, 'pg_namespace'))
            from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'lockkeeper'
            """, """
            select concat_ws(' | ', 'extension', extname, extversion, extnamespace::regnamespace,
                obj_description(oid, 'pg_extension'))
            from pg_extension
            """, """
            select concat_ws(' | ', 'relation', oid::regclass, relkind, relowner::regrole, relpersistence, reloptions,
                relacl, relrowsecurity, relreplident, reltype::regtype, obj_description(oid, 'pg_class'))
            from pg_class where relnamespace = to_regnamespace('xp')
            """, """
            select concat_ws(' | ', 'column', a.attrelid::regclass, a.attnum, a.attname,
                format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attstorage,
                a.attcollation, a.attstattarget, a.attislocal, a.attacl, a.attisdropped,
                pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum))
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where c.relnamespace = to_regnamespace('xp') and a.attnum > 0
            """, """
            select concat_ws(' | ', 'constraint', conrelid::regclass, conname, contype, condeferrable, condeferred,
                convalidated, connoinherit, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint'))
            from pg_constraint where connamespace = to_regnamespace('xp')
            """, """
            select concat_ws(' | ', 'index', pg_get_indexdef(i.indexrelid), indisunique, indisprimary, indisexclusion,
                indimmediate, indisvalid, indisclustered, indisreplident)
            from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = to_regnamespace('xp')
            """, """
            select concat_ws(' | ', 'trigger', pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger'))
            from pg_trigger t join pg_class c on c.oid = t.tgrelid
            where c.relnamespace = to_regnamespace('xp') and not tgisinternal
            """, """
            select concat_ws(' | ', 'function', pg_get_functiondef(oid), proowner::regrole, proacl,
                obj_description(oid, 'pg_proc'))
            from pg_proc where pronamespace = to_regnamespace('xp')
            """, """
            select concat_ws(' | ', 'sequence', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmin,
                seqmax, seqcache, seqcycle)
            from pg_sequence s join pg_class c on c.oid = s.seqrelid where c.relnamespace = to_regnamespace('xp')
            """);

    private Catalog() {}

    static List<String> of(Session session) throws SQLException {
        List<String> lines = new ArrayList<>();
        for (String query : QUERIES) {
            lines.addAll(session.lines(query));
        }
        lines.sort(null);
        return lines;
    }
}
