package dev.lockkeeper.catalog.model;

import java.util.List;

/**
 * The queries that a model is read with, one message (manual, chapter "System Catalogs"). Lists come as JSON. What extensions have
 * made is left out everywhere, and so is what PostgreSQL makes beside an object for itself.
 */
final class ModelQueries {
    private static final String OWN_SCHEMA = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

    private static String notOfExtension(String catalog, String alias) {
        return "not exists (select from pg_depend e where e.classid = '" + catalog + "'::regclass and e.objid = "
                + alias + ".oid and e.deptype = 'e')";
    }

    private static final String MINE =
            "(select c.*, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where " + OWN_SCHEMA
                    + " and c.relpersistence <> 't' and " + notOfExtension("pg_class", "c") + ")";

    private static final String RELATIONS =
            "(select * from " + MINE + " m where relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition)";

    /** What has columns to tell of. */
    private static final String SHAPED =
            "(select * from " + MINE + " m where relkind in ('r', 'p', 'v', 'm', 'f', 'c') and not relispartition)";

    private static final String OWN_TYPE =
            "(select t.*, n.nspname from pg_type t join pg_namespace n on n.oid = t.typnamespace where " + OWN_SCHEMA
                    + " and " + notOfExtension("pg_type", "t") + ")";

    /** The name of the type in two columns, as it is spelled, whether it is an array, and its modifier. */
    private static String type(String type, String modifier) {
        return "(select n.nspname from pg_type y left join pg_type el on el.oid = y.typelem and y.typcategory = 'A' join pg_namespace n"
                + " on n.oid = coalesce(el.typnamespace, y.typnamespace) where y.oid = " + type + "),"
                + " (select coalesce(el.typname, y.typname) from pg_type y left join pg_type el on el.oid = y.typelem and"
                + " y.typcategory = 'A' where y.oid = " + type + "), format_type(" + type + ", " + modifier + "),"
                + " (select y.typcategory = 'A' and y.typelem <> 0 from pg_type y where y.oid = " + type + "), "
                + modifier;
    }

    /** Privileges of others than the owner. */
    private static String grants(String acl, String kind, String owner) {
        String all = kind.isEmpty() ? acl : "coalesce(" + acl + ", acldefault('" + kind + "', " + owner + "))";
        return "(select json_agg(json_build_array(coalesce(pg_get_userbyid(nullif(x.grantee, 0)), 'PUBLIC'), x.privilege_type,"
                + " x.is_grantable::text) order by coalesce(pg_get_userbyid(nullif(x.grantee, 0)), 'PUBLIC') collate \"C\","
                + " x.privilege_type collate \"C\") from aclexplode(" + all + ") x where x.grantee <> " + owner + ")";
    }

    /** Columns by their numbers, in the order of the list; expressions, which have number 0, become null. */
    private static String columns(String relation, String numbers) {
        return "(select json_agg(q.attname order by u.n) from unnest(" + numbers
                + ") with ordinality u(num, n) left join pg_attribute q on q.attrelid = " + relation
                + " and q.attnum = u.num and u.num"
                + " > 0)";
    }

    /** Columns of a relation on which an object depends. */
    private static String dependsOn(String relation, String catalog, String object) {
        return "(select json_agg(distinct a.attname) from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum ="
                + " d.refobjsubid where d.classid = '" + catalog + "'::regclass and d.objid = " + object
                + " and d.refclassid = 'pg_class'::regclass and d.refobjid = " + relation + " and d.refobjsubid > 0)";
    }

    private static String comment(String catalog, String oid) {
        return "obj_description(" + oid + ", '" + catalog + "')";
    }

    private static final String SCHEMAS =
            "select n.nspname, pg_get_userbyid(n.nspowner), " + comment("pg_namespace", "n.oid") + ", "
                    + grants("n.nspacl", "n", "n.nspowner") + " from pg_namespace n where " + OWN_SCHEMA + " and "
                    + notOfExtension("pg_namespace", "n") + " order by n.nspname";

    private static final String TABLES = "select c.oid, c.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner), "
            + comment("pg_class", "c.oid") + ", c.relpersistence = 'p',"
            + " (select json_agg(json_build_array(pn.nspname, pc.relname) order by i.inhseqno) from pg_inherits i join pg_class pc on"
            + " pc.oid = i.inhparent join pg_namespace pn on pn.oid = pc.relnamespace where i.inhrelid = c.oid),"
            + " (select case p.partstrat when 'r' then 'RANGE' when 'l' then 'LIST' else 'HASH' end from pg_partitioned_table p where"
            + " p.partrelid = c.oid), pg_get_partkeydef(c.oid), "
            + columns("c.oid", "(select p.partattrs::int2[] from pg_partitioned_table p where p.partrelid = c.oid)")
            + ", case when c.relkind = 'p' then (select count(*) - 1 from pg_partition_tree(c.oid)) end,"
            + " case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid, true) end, c.relrowsecurity, c.relforcerowsecurity,"
            + " (select s.srvname from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver where f.ftrelid = c.oid),"
            + " to_json(c.reloptions), case c.relreplident when 'd' then 'DEFAULT' when 'f' then 'FULL' when 'n' then 'NOTHING' else"
            + " coalesce((select ic.relname from pg_index i join pg_class ic on ic.oid = i.indexrelid where i.indrelid = c.oid and"
            + " i.indisreplident), 'NOTHING') end, " + grants("c.relacl", "r", "c.relowner") + " from " + RELATIONS
            + " c order by c.nspname, c.relname";

    private static final String COLUMNS = "select c.oid, a.attnum, a.attname, " + type("a.atttypid", "a.atttypmod")
            + ", a.attnotnull, exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'n' and not k.convalidated and"
            + " k.conkey[1] = a.attnum), pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,"
            + " (select format('%I.%I', n.nspname, o.collname) from pg_collation o join pg_namespace n on n.oid = o.collnamespace join"
            + " pg_type t on t.oid = a.atttypid where o.oid = a.attcollation and a.attcollation <> t.typcollation),"
            + " col_description(c.oid, a.attnum), case when a.attgenerated <> '' then "
            + "(select json_agg(b.attname order by b.attnum) from pg_attribute b where b.attrelid = c.oid and b.attnum > 0 and b.attnum <>"
            + " a.attnum and exists (select from pg_depend p where p.classid in ('pg_attrdef'::regclass, 'pg_class'::regclass) and (p.objid ="
            + " d.oid or (p.objid = c.oid and p.objsubid = a.attnum)) and p.refclassid = 'pg_class'::regclass and p.refobjid = c.oid and"
            + " p.refobjsubid = b.attnum)) end, " + grants("a.attacl", "", "c.relowner") + " from " + SHAPED
            + " c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where"
            + " a.attnum > 0 and not a.attisdropped order by c.oid, a.attnum";

    private static final String CONSTRAINTS = "select k.conrelid, k.contype, k.conname, "
            + columns("k.conrelid", "k.conkey")
            + ", fn.nspname, f.relname, " + columns("k.confrelid", "k.confkey")
            + ", k.confdeltype, k.confupdtype, k.condeferrable, k.convalidated, coalesce(to_jsonb(k) ->> 'conenforced', 'true'),"
            + " not coalesce((select i.indnullsnotdistinct from pg_index i where i.indexrelid = k.conindid), false),"
            + " pg_get_constraintdef(k.oid), pg_get_expr(k.conbin, k.conrelid), " + comment("pg_constraint", "k.oid")
            + " from pg_constraint k join " + RELATIONS
            + " c on c.oid = k.conrelid left join pg_class f on f.oid = k.confrelid left join"
            + " pg_namespace fn on fn.oid = f.relnamespace where k.contype in ('p', 'u', 'f', 'c', 'x') and k.conparentid = 0 order by"
            + " k.conrelid, k.conname";

    private static final String INDEXES = "select i.indrelid, x.relname, m.amname, i.indisunique, "
            + columns(
                    "i.indrelid",
                    "(select array_agg(v.num order by v.n) from unnest(i.indkey::int2[]) with ordinality v(num, n) where v.n <= i.indnkeyatts)")
            + ", "
            + columns(
                    "i.indrelid",
                    "(select array_agg(v.num order by v.n) from unnest(i.indkey::int2[]) with ordinality v(num, n) where v.n > i.indnkeyatts)")
            + ", " + dependsOn("i.indrelid", "pg_class", "i.indexrelid")
            + ", pg_get_expr(i.indpred, i.indrelid), exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in"
            + " ('p', 'u', 'x')), i.indisvalid, pg_get_indexdef(i.indexrelid), " + comment("pg_class", "i.indexrelid")
            + " from pg_index i join " + RELATIONS
            + " c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid join pg_am m on"
            + " m.oid = x.relam order by i.indrelid, x.relname";

    private static final String POLICIES =
            "select p.polrelid, p.polname, p.polpermissive, case p.polcmd when '*' then 'ALL' when 'r' then"
                    + " 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' else 'DELETE' end, (select json_agg(case r.oid when 0 then 'PUBLIC'"
                    + " else pg_get_userbyid(r.oid) end order by case r.oid when 0 then 'PUBLIC' else pg_get_userbyid(r.oid) end collate \"C\") from"
                    + " unnest(p.polroles) r(oid)), pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), "
                    + comment("pg_policy", "p.oid") + " from pg_policy p join " + RELATIONS
                    + " c on c.oid = p.polrelid order by p.polrelid,"
                    + " p.polname";

    private static final String TRIGGERS =
            "select g.tgrelid, g.tgname, g.tgenabled in ('O', 'A'), fn.nspname, f.proname,"
                    + " pg_get_triggerdef(g.oid), " + comment("pg_trigger", "g.oid") + " from pg_trigger g join "
                    + RELATIONS
                    + " c on c.oid = g.tgrelid join pg_proc f on f.oid = g.tgfoid join pg_namespace fn on fn.oid = f.pronamespace where not"
                    + " g.tgisinternal union all select r.ev_class, r.rulename, r.ev_enabled in ('O', 'A'), null, null, pg_get_ruledef(r.oid), "
                    + comment("pg_rewrite", "r.oid") + " from pg_rewrite r join " + RELATIONS
                    + " c on c.oid = r.ev_class where r.rulename <> '_RETURN' order by 1, 2";

    /**
     * Of a view that takes a row as a whole the server keeps no dependency on its columns (dependency.c, find_expr_references_walker):
     * it reads all that there are. Our views come first, because the text of all those of the server takes long to make.
     */
    private static final String VIEW_READS =
            "with view as materialized (select r.oid, r.ev_class, r.ev_action::text like '% :varattno 0 %' as whole from pg_rewrite r join "
                    + RELATIONS
                    + " c on c.oid = r.ev_class where r.rulename = '_RETURN') select distinct r.ev_class, tn.nspname, t.relname, a.attname"
                    + " from view r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and"
                    + " d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class join pg_class t on t.oid ="
                    + " d.refobjid join pg_namespace tn on tn.oid = t.relnamespace join pg_attribute a on a.attrelid = t.oid and a.attnum >"
                    + " 0 and not a.attisdropped and (a.attnum = d.refobjsubid or r.whole) order by 1, 2, 3, 4";

    private static final String ENUMERATIONS =
            "select t.nspname, t.typname, (select json_agg(e.enumlabel order by e.enumsortorder) from"
                    + " pg_enum e where e.enumtypid = t.oid), " + comment("pg_type", "t.oid") + " from " + OWN_TYPE
                    + " t where t.typtype = 'e' order by 1, 2";

    private static final String DOMAINS = "select t.oid, t.nspname, t.typname, " + type("t.typbasetype", "t.typtypmod")
            + ", t.typnotnull, pg_get_expr(t.typdefaultbin, 0), (select format('%I.%I', n.nspname, o.collname) from pg_collation o join"
            + " pg_namespace n on n.oid = o.collnamespace join pg_type b on b.oid = t.typbasetype where o.oid = t.typcollation and"
            + " t.typcollation <> b.typcollation), " + comment("pg_type", "t.oid") + " from " + OWN_TYPE
            + " t where t.typtype = 'd' order by 2, 3";

    private static final String DOMAIN_CHECKS =
            "select k.contypid, k.conname, pg_get_expr(k.conbin, 0), k.convalidated, "
                    + comment("pg_constraint", "k.oid") + " from pg_constraint k join " + OWN_TYPE
                    + " t on t.oid = k.contypid where k.contype = 'c' order by 1, 2";

    private static final String COMPOSITES = "select c.oid, c.nspname, c.relname, " + comment("pg_type", "c.reltype")
            + " from " + MINE + " c where c.relkind = 'c' order by 2, 3";

    private static final String RANGES = "select t.nspname, t.typname, " + type("r.rngsubtype", "-1")
            + ", mn.nspname, m.typname, " + comment("pg_type", "t.oid") + " from pg_range r join " + OWN_TYPE
            + " t on t.oid = r.rngtypid join pg_type m on m.oid = r.rngmultitypid join pg_namespace mn on mn.oid = m.typnamespace order"
            + " by 1, 2";

    private static final String SEQUENCES =
            "select c.nspname, c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin,"
                    + " s.seqmax, s.seqcycle, own.nspname, own.relname, own.attname, " + comment("pg_class", "c.oid")
                    + " from pg_sequence s join " + MINE
                    + " c on c.oid = s.seqrelid left join lateral (select n.nspname, t.relname, a.attname from"
                    + " pg_depend d join pg_class t on t.oid = d.refobjid join pg_namespace n on n.oid = t.relnamespace join pg_attribute a on"
                    + " a.attrelid = t.oid and a.attnum = d.refobjsubid where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid ="
                    + " 'pg_class'::regclass and d.deptype = 'a') own on true where not exists (select from pg_depend d where d.classid ="
                    + " 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i') order by 1, 2";

    private static final String ROUTINES =
            "select n.nspname, p.proname, p.prokind, pg_get_function_identity_arguments(p.oid),"
                    + " case when p.prokind <> 'p' then pg_get_function_result(p.oid) end, l.lanname, case p.provolatile when 'i' then 'IMMUTABLE'"
                    + " when 's' then 'STABLE' else 'VOLATILE' end, p.prosecdef, case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,"
                    + " pg_get_userbyid(p.proowner), " + comment("pg_proc", "p.oid") + ", "
                    + grants("p.proacl", "f", "p.proowner")
                    + " from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang where "
                    + OWN_SCHEMA
                    + " and " + notOfExtension("pg_proc", "p")
                    + " and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and"
                    + " d.objid = p.oid and d.deptype = 'i') order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid) collate \"C\"";

    private static final String PUBLICATIONS = "select p.pubname, p.puballtables from pg_publication p where "
            + notOfExtension("pg_publication", "p") + " order by 1";

    private static final String PUBLISHED =
            "select p.pubname, n.nspname, c.relname, " + columns("c.oid", "r.prattrs::int2[]")
                    + " from pg_publication p join pg_publication_rel r on r.prpubid = p.oid join pg_class c on c.oid = r.prrelid join"
                    + " pg_namespace n on n.oid = c.relnamespace union all select p.pubname, c.nspname, c.relname, null from pg_publication p join"
                    + " pg_publication_namespace s on s.pnpubid = p.oid join " + RELATIONS
                    + " c on c.relnamespace = s.pnnspid where c.relkind in ('r', 'p') order by 1, 2, 3";

    private static final String EXTENSIONS = "select extname from pg_extension where extname <> 'plpgsql' order by 1";

    /** One answer each, in this order. */
    static final String MESSAGE = String.join(
            ";\n",
            List.of(
                    SCHEMAS,
                    TABLES,
                    COLUMNS,
                    CONSTRAINTS,
                    INDEXES,
                    POLICIES,
                    TRIGGERS,
                    VIEW_READS,
                    ENUMERATIONS,
                    DOMAINS,
                    DOMAIN_CHECKS,
                    COMPOSITES,
                    RANGES,
                    SEQUENCES,
                    ROUTINES,
                    PUBLICATIONS,
                    PUBLISHED,
                    EXTENSIONS));

    private ModelQueries() {}
}
