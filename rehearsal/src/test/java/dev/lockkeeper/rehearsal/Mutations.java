package dev.lockkeeper.rehearsal;

import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one statement for each object of a database and each thing that ALTER, COMMENT, GRANT and DROP can change of its kind. */
final class Mutations {
    /**
     * @param undo takes it back; null when only the end of the transaction does
     * @param names one of these must occur in the name of a difference
     */
    record Mutation(String kind, String change, @Nullable String undo, List<String> names) {}

    /** An object as pg_identify_object tells it. */
    private record Thing(String kind, String schema, String name, String identity, String owner, String comment) {}

    /** What users made, without what comes with another object: two objects of each kind. */
    private static final String THINGS = """
        set search_path = '';
        select 'select * from (select k.*, row_number() over (partition by k.kind order by k.identity) as n from (' || string_agg(format($$
          select i.type as kind, coalesce(i.schema, '') as schema, coalesce(i.name, '') as name, i.identity,
                 coalesce(obj_description(o.oid, %1$L), shobj_description(o.oid, %1$L), '') as comment
            from pg_catalog.%1$I o, pg_identify_object('pg_catalog.%1$I'::regclass, o.oid, 0) i
           where (o.oid >= 16384 or (%1$L = 'pg_language' and i.name = 'plpgsql'))
             and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.%1$I'::regclass
                              and d.objid = o.oid and d.deptype in ('i', 'e', 'P', 'S'))$$, c.relname), ' union all ')
               || ') k where k.identity !~ ''^pg_toast|RI_Constraint|_RETURN''
                      and k.identity !~ ''^(postgres|scratch_|template)'') m where m.n <= 2 or m.identity ~ ''_fk '' order by m.kind, m.identity'
          from pg_catalog.pg_class c
         where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and c.relname not in ('pg_largeobject_metadata', 'pg_enum',
               'pg_database')
           and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'oid')""";

    private static final String COLUMNS = """
        set search_path = '';
        select attrelid::regclass, quote_ident(attname), format_type(atttypid, atttypmod), attnotnull,
               (select pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d where d.adrelid = a.attrelid and d.adnum = attnum),
               attidentity <> '', attgenerated <> '', col_description(attrelid, attnum)
          from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and attnum > 0 and not attisdropped
           and c.relname in ('t', 'gen', 'idt', 'part', 'parent') order by 1, attnum""";

    /** Kinds with an owner that ALTER ... OWNER TO takes. */
    private static final Set<String> OWNED = Set.of(
            "table",
            "view",
            "materialized view",
            "foreign table",
            "sequence",
            "type",
            "function",
            "procedure",
            "aggregate",
            "schema",
            "collation",
            "conversion",
            "operator",
            "operator class",
            "operator family",
            "statistics object",
            "text search configuration",
            "text search dictionary",
            "publication",
            "server",
            "foreign-data wrapper",
            "language",
            "event trigger",
            "subscription");

    /** Kinds that ALTER ... RENAME TO takes. */
    private static final Set<String> RENAMED = Set.of(
            "table",
            "view",
            "materialized view",
            "foreign table",
            "sequence",
            "index",
            "type",
            "function",
            "procedure",
            "aggregate",
            "schema",
            "collation",
            "conversion",
            "operator class",
            "operator family",
            "statistics object",
            "text search configuration",
            "text search dictionary",
            "text search parser",
            "text search template",
            "publication",
            "server",
            "foreign-data wrapper",
            "language",
            "event trigger",
            "subscription",
            "role",
            "trigger",
            "policy",
            "rule");

    /** Kinds that ALTER ... SET SCHEMA takes. */
    private static final Set<String> MOVED = Set.of(
            "table",
            "view",
            "materialized view",
            "foreign table",
            "sequence",
            "type",
            "function",
            "procedure",
            "aggregate",
            "collation",
            "conversion",
            "operator",
            "operator class",
            "operator family",
            "statistics object",
            "text search configuration",
            "text search dictionary",
            "text search parser",
            "text search template");

    private static final Set<String> NOT_DROPPED =
            Set.of("role", "subscription", "domain constraint", "table constraint");

    private static final Map<String, List<String>> PRIVILEGES = Map.of(
            "table", List.of("select", "insert", "update", "delete", "truncate", "references", "trigger"),
            "view", List.of("select", "update"),
            "materialized view", List.of("select"),
            "sequence", List.of("usage", "select", "update"),
            "type", List.of("usage"),
            "function", List.of("execute"),
            "procedure", List.of("execute"),
            "schema", List.of("usage", "create"),
            "server", List.of("usage"),
            "foreign-data wrapper", List.of("usage"));

    /** What only one kind has: the change and its undoing, with the object's identity for %s. */
    private static final Map<String, List<String>> OF_KIND = Map.ofEntries(
            Map.entry(
                    "sequence",
                    List.of(
                            "alter sequence %s increment 7|alter sequence %s increment 1",
                            "alter sequence %s minvalue -5|alter sequence %s no minvalue",
                            "alter sequence %s maxvalue 99|alter sequence %s no maxvalue",
                            "alter sequence %s start 3|alter sequence %s start 1",
                            "alter sequence %s cache 9|alter sequence %s cache 1",
                            "alter sequence %s cycle|alter sequence %s no cycle",
                            "alter sequence %s as smallint|alter sequence %s as bigint",
                            "alter sequence %s owned by app.fast.id|alter sequence %s owned by none",
                            "alter sequence %s set unlogged|alter sequence %s set logged")),
            Map.entry(
                    "function",
                    List.of(
                            "alter function %s stable|",
                            "alter function %s strict|alter function %s called on null input",
                            "alter function %s security definer|alter function %s security invoker",
                            "alter function %s leakproof|alter function %s not leakproof",
                            "alter function %s parallel safe|alter function %s parallel unsafe",
                            "alter function %s parallel restricted|alter function %s parallel unsafe",
                            "alter function %s cost 7|alter function %s cost 100",
                            "alter function %s set work_mem = '7MB'|alter function %s reset work_mem")),
            Map.entry(
                    "procedure",
                    List.of(
                            "alter procedure %s security definer|alter procedure %s security invoker",
                            "alter procedure %s set work_mem = '7MB'|alter procedure %s reset work_mem")),
            Map.entry(
                    "table",
                    List.of(
                            "alter table %s set (fillfactor = 33)|alter table %s reset (fillfactor)",
                                    "alter table %s set (autovacuum_enabled = false)|alter table %s reset (autovacuum_enabled)",
                            "alter table %s enable row level security|alter table %s disable row level security",
                                    "alter table %s force row level security|alter table %s no force row level security",
                            "alter table %s replica identity full|alter table %s replica identity default",
                                    "alter table %s replica identity nothing|alter table %s replica identity default",
                            "alter table %s add column zz int|alter table %s drop column zz",
                                    "alter table %s add constraint zz check (true)|alter table %s drop constraint zz",
                            "alter table %s set unlogged|alter table %s set logged",
                                    "alter table %s set access method lk_heap|alter table %s set access method heap",
                            "create rule zz as on delete to %s do also nothing|drop rule zz on %s",
                                    "create policy zz on %s|drop policy zz on %s",
                            "create trigger zz after insert on %s execute function app.trg()|drop trigger zz on %s",
                                    "alter publication lk_some add table %s|alter publication lk_some drop table %s")),
            Map.entry(
                    "view",
                    List.of(
                            "alter view %s set (security_invoker = true)|alter view %s reset (security_invoker)",
                            "alter view %s set (check_option = local)|alter view %s reset (check_option)",
                            "alter view %s alter a set default 'q'|alter view %s alter a drop default",
                            "alter view %s rename a to zz|alter view %s rename zz to a",
                            "create or replace view %s with (security_barrier = true) as select id, a, b from app.t|")),
            Map.entry(
                    "materialized view",
                    List.of(
                            "alter materialized view %s set (fillfactor = 44)|alter materialized view %s reset (fillfactor)",
                            "refresh materialized view %s with no data|refresh materialized view %s",
                            "alter materialized view %s alter id set statistics 9|alter materialized view %s alter id set statistics -1")),
            Map.entry(
                    "foreign table",
                    List.of(
                            "alter foreign table %s options (set table_name 'z')|alter foreign table %s options (set table_name 'y')",
                            "alter foreign table %s alter id options (set column_name 'z')|alter foreign table %s alter id options (set column_name 'x')",
                            "alter foreign table %s add zz int|alter foreign table %s drop zz",
                            "alter foreign table %s alter id set not null|alter foreign table %s alter id drop not null")),
            Map.entry(
                    "trigger",
                    List.of(
                            "alter table %t disable trigger %n|",
                            "alter table %t enable replica trigger %n|", "alter table %t enable always trigger %n|")),
            Map.entry("rule", List.of("alter table %t disable rule %n|", "alter table %t enable always rule %n|")),
            Map.entry(
                    "policy",
                    List.of(
                            "alter policy %s to lk_other|alter policy %s to public",
                            "alter policy %s using (false)|",
                            "drop policy %s; create policy %s as restrictive for select using (b > 0)|")),
            Map.entry(
                    "event trigger",
                    List.of(
                            "alter event trigger %s disable|alter event trigger %s enable",
                            "alter event trigger %s enable always|alter event trigger %s enable")),
            Map.entry(
                    "publication",
                    List.of(
                            "alter publication %s set (publish = 'delete')|alter publication %s set (publish = 'insert, update, delete, truncate')",
                            "alter publication %s set (publish_via_partition_root = true)|alter publication %s set (publish_via_partition_root = false)",
                            "alter publication %s add table app.uniq|alter publication %s drop table app.uniq",
                            "alter publication %s add table app.uniq (b)|alter publication %s drop table app.uniq")),
            Map.entry(
                    "statistics object",
                    List.of("alter statistics %s set statistics 9|alter statistics %s set statistics -1")),
            Map.entry(
                    "server",
                    List.of(
                            "alter server %s options (add port '1')|alter server %s options (drop port)",
                            "alter server %s version '2'|")),
            Map.entry(
                    "foreign-data wrapper",
                    List.of(
                            "alter foreign data wrapper %s options (add zz '1')|alter foreign data wrapper %s options (drop zz)")),
            Map.entry(
                    "text search configuration",
                    List.of(
                            "alter text search configuration %s alter mapping for word with app.dict|alter text search configuration %s alter mapping for word with simple",
                            "alter text search configuration %s drop mapping for int|alter text search configuration %s add mapping for int with simple")),
            Map.entry(
                    "text search dictionary",
                    List.of(
                            "alter text search dictionary %s (accept = false)|",
                            "alter text search dictionary %s (stopwords = danish)|alter text search dictionary %s (stopwords = english)")),
            Map.entry(
                    "operator",
                    List.of(
                            "alter operator %s set (restrict = eqsel)|alter operator %s set (restrict = none)",
                            "alter operator %s set (join = eqjoinsel)|alter operator %s set (join = none)")),
            Map.entry(
                    "operator family",
                    List.of(
                            "alter operator family %s add operator 1 < (int, int)|alter operator family %s drop operator 1 (int, int)",
                            "alter operator family %s add function 1 btint4cmp(int, int)|alter operator family %s drop function 1 (int, int)")),
            Map.entry("index", List.of("alter index %s set (fillfactor = 55)|")),
            Map.entry(
                    "domain constraint",
                    List.of(
                            "alter domain %t drop constraint %n|",
                            "alter domain %t rename constraint %n to zz|alter domain %t rename constraint zz to %n")),
            Map.entry(
                    "table constraint",
                    List.of(
                            "alter table %t drop constraint %n cascade|",
                            "alter table %t rename constraint %n to zz|alter table %t rename constraint zz to %n",
                            "alter table %t alter constraint %n deferrable|alter table %t alter constraint %n not deferrable")),
            Map.entry(
                    "extension",
                    List.of(
                            "alter extension %s set schema app|alter extension %s set schema other",
                            "alter extension %s add table app.fast|alter extension %s drop table app.fast")),
            Map.entry(
                    "subscription",
                    List.of(
                            "alter subscription %s set (binary = true)|alter subscription %s set (binary = false)",
                            "alter subscription %s set (synchronous_commit = on)|alter subscription %s set (synchronous_commit = off)",
                            "alter subscription %s connection 'host=x password=y'|alter subscription %s connection 'host=127.0.0.1 dbname=nowhere password=secret9'",
                            "alter subscription %s set (slot_name = 'q')|alter subscription %s set (slot_name = none)",
                            "alter subscription %s add publication q with (refresh = false)|alter subscription %s drop publication q with (refresh = false)")),
            Map.entry(
                    "user mapping",
                    List.of(
                            "alter user mapping for lk_reader server lk_srv options (set password 'q')|alter user mapping for lk_reader server lk_srv options (set password 'secret1')",
                            "drop user mapping for lk_reader server lk_srv|")),
            Map.entry(
                    "default acl",
                    List.of(
                            "alter default privileges in schema app grant insert on tables to lk_other|alter default privileges in schema app revoke insert on tables from lk_other",
                            "alter default privileges grant usage on sequences to lk_other|alter default privileges revoke usage on sequences from lk_other",
                            "alter default privileges revoke execute on functions from public|alter default privileges grant execute on functions to public",
                            "alter default privileges for role lk_other grant usage on schemas to lk_reader|alter default privileges for role lk_other revoke usage on schemas from lk_reader")),
            Map.entry(
                    "role",
                    List.of(
                            "alter role %s superuser|alter role %s nosuperuser",
                            "alter role %s createdb|alter role %s nocreatedb",
                            "alter role %s createrole|alter role %s nocreaterole",
                            "alter role %s login|alter role %s nologin",
                            "alter role %s noinherit|alter role %s inherit",
                            "alter role %s replication|alter role %s noreplication",
                            "alter role %s bypassrls|alter role %s nobypassrls",
                            "alter role %s connection limit 3|alter role %s connection limit -1",
                            "alter role %s valid until '2030-01-01'|",
                            "alter role %s password 'x'|alter role %s password null",
                            "alter role %s set statement_timeout = '7s'|alter role %s reset statement_timeout",
                            "grant set on parameter log_min_messages to %s|revoke set on parameter log_min_messages from %s",
                            "grant pg_monitor to %s|revoke pg_monitor from %s",
                            "grant pg_monitor to %s with admin option|revoke pg_monitor from %s",
                            "do $$ begin execute format('alter role %s in database %%I set work_mem = ''7MB''', current_database()); end $$|do $$ begin execute format('alter role %s in database %%I reset work_mem', current_database()); end $$")));

    /** What belongs to no row with an OID of its own. */
    private static final List<String> SINGLE = List.of(
            "database|connection limit|do $$ begin execute format('alter database %I connection limit 5', current_database()); end $$|do $$ begin execute format('alter database %I connection limit -1', current_database()); end $$",
            "database|is_template|do $$ begin execute format('alter database %I is_template true', current_database()); end $$|do $$ begin execute format('alter database %I is_template false', current_database()); end $$",
            "database|setting|do $$ begin execute format('alter database %I set work_mem = ''7MB''', current_database()); end $$|do $$ begin execute format('alter database %I reset work_mem', current_database()); end $$",
            "database|privilege|do $$ begin execute format('grant create on database %I to lk_other', current_database()); end $$|do $$ begin execute format('revoke create on database %I from lk_other', current_database()); end $$",
            "database|owner|do $$ begin execute format('alter database %I owner to lk_other', current_database()); end $$|do $$ begin execute format('alter database %I owner to lockkeeper', current_database()); end $$",
            "database|comment|do $$ begin execute format('comment on database %I is ''q''', current_database()); end $$|do $$ begin execute format('comment on database %I is null', current_database()); end $$",
            "large object|contents|select lo_put(424242, 0, 'other')|select lo_put(424242, 0, 'some ')",
            "large object|owner|alter large object 424242 owner to lk_other|alter large object 424242 owner to lockkeeper",
            "large object|privilege|grant select on large object 424242 to lk_other|revoke select on large object 424242 from lk_other",
            "large object|comment|comment on large object 424242 is 'q'|comment on large object 424242 is null",
            "large object|left over|select lo_from_bytea(424243, 'more')|select lo_unlink(424243)",
            "large object|lost|select lo_unlink(424242)|select lo_from_bytea(424242, 'some bytes')",
            "enum label|added|alter type app.mood add value 'zz' before 'ok'|",
            "enum label|renamed|alter type app.mood rename value 'ok' to 'zz'|alter type app.mood rename value 'zz' to 'ok'",
            "domain|default|alter domain app.email set default 'q'|alter domain app.email set default 'e'",
            "domain|not null|alter domain app.email set not null|alter domain app.email drop not null",
            "domain|constraint|alter domain app.email add constraint zz check (value <> '')|alter domain app.email drop constraint zz",
            "type|attribute|alter type app.pair add attribute zz int cascade|alter type app.pair drop attribute zz cascade",
            "type|attribute type|alter type app.pair alter attribute y type bigint cascade|alter type app.pair alter attribute y type int cascade",
            "language|trusted|create or replace trusted language lk_lang handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator|create or replace language lk_lang handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator",
            "membership|grant|grant lk_group to lk_reader|revoke lk_group from lk_reader",
            "membership|revoke|revoke lk_group from lk_other|grant lk_group to lk_other",
            "partition|detached|alter table app.stamp detach partition app.stamp_1|alter table app.stamp attach partition app.stamp_1 for values in (1)",
            "inheritance|none|alter table app.child no inherit app.parent|",
            "foreign key|columns set|alter table app.ref drop constraint ref_fk; alter table app.ref add constraint ref_fk foreign key (a, b) references app.pairs (a, b) on delete set null (a)|",
            "unique|nulls|alter table app.uniq drop constraint uniq_key; alter table app.uniq add constraint uniq_key unique (a, b)|",
            "comment|moved|comment on table app.t is null; comment on table app.fast is 'a table'|comment on table app.fast is null; comment on table app.t is 'a table'",
            "comment|moved to a column|comment on column app.t.a is null; comment on column app.t.b is 'a column'|comment on column app.t.b is null; comment on column app.t.a is 'a column'",
            "sequence|owners swapped|alter sequence app.counter owned by app.t.id; alter sequence app.s owned by none|alter sequence app.s owned by app.t.id; alter sequence app.counter owned by none");

    private Mutations() {}

    static List<Mutation> of(Session session) {
        List<Mutation> all = new ArrayList<>();
        String things = String.valueOf(session.query(THINGS).get(0)[0]);
        for (@Nullable String[] row : session.query("set search_path = '';" + things)) {
            String kind = String.valueOf(row[0]);
            Thing thing = new Thing(
                    kind,
                    String.valueOf(row[1]),
                    String.valueOf(row[2]),
                    String.valueOf(row[3]),
                    "lockkeeper",
                    String.valueOf(row[4]));
            ofThing(all, thing);
        }
        for (@Nullable String[] row : session.query(COLUMNS)) {
            ofColumn(all, row);
        }
        for (String single : SINGLE) {
            String[] parts = single.split("\\|", -1);
            add(all, parts[0], parts[2], parts[3], "");
        }
        return all;
    }

    private static void ofThing(List<Mutation> all, Thing thing) {
        String kind = thing.kind();
        String word = kind.equals("statistics object")
                ? "statistics"
                : kind.equals("foreign-data wrapper") ? "foreign data wrapper" : kind;
        if (kind.equals("composite type") || kind.equals("toast table")) {
            return;
        }
        String id = thing.identity();
        boolean onTable = Set.of("trigger", "policy", "rule", "table constraint", "domain constraint")
                .contains(kind);
        String name =
                onTable ? id.substring(0, id.indexOf(" on ")) : thing.name().isEmpty() ? id : thing.name();
        String table = onTable ? id.substring(id.indexOf(" on ") + 4) : "";
        String seen = onTable ? name : bare(id);
        String rest = kind.startsWith("operator ") ? id.substring(id.indexOf(" USING ")) : "";
        if (!Set.of(
                        "user mapping",
                        "default acl",
                        "role membership",
                        "publication relation",
                        "publication namespace",
                        "default value",
                        "operator of access method",
                        "function of access method")
                .contains(kind)) {
            String at = kind.equals("table constraint")
                    ? "constraint " + id
                    : kind.equals("domain constraint") ? "constraint " + name + " on domain " + table : word + " " + id;
            String old = thing.comment().isEmpty() ? "null" : "'" + thing.comment() + "'";
            add(all, kind, "comment on " + at + " is 'changed'", "comment on " + at + " is " + old, seen);
            if (!NOT_DROPPED.contains(kind)) {
                add(all, kind, "drop " + word + " " + id + " cascade", "", seen);
            }
        }
        if (OWNED.contains(kind)) {
            String to = kind.matches("event trigger|foreign-data wrapper|subscription") ? "lk_super" : "lk_other";
            String before = to.equals("lk_super") ? "create role lk_super superuser; " : "";
            add(
                    all,
                    kind,
                    before + "alter " + word + " " + id + " owner to " + to,
                    before.isEmpty() ? "alter " + word + " " + id + " owner to lockkeeper" : "",
                    seen);
        }
        if (RENAMED.contains(kind)) {
            String renamed = renamed(id, onTable ? name : bare(id), "zz");
            add(
                    all,
                    kind,
                    "alter " + word + " " + id + " rename to zz",
                    "alter " + word + " " + renamed + " rename to " + (onTable ? name : bare(id)),
                    seen);
        }
        if (MOVED.contains(kind) && thing.schema().equals("app")) {
            String moved = "other" + id.substring("app".length());
            add(
                    all,
                    kind,
                    "alter " + word + " " + id + " set schema other",
                    "alter " + word + " " + moved + " set schema app",
                    seen);
        }
        for (String privilege : PRIVILEGES.getOrDefault(kind, List.of())) {
            String on = privilege + " on "
                    + (kind.endsWith("view") ? "table" : kind.equals("server") ? "foreign server" : word) + " " + id;
            add(all, kind, "grant " + on + " to lk_other", "revoke " + on + " from lk_other", seen);
        }
        for (String template : OF_KIND.getOrDefault(kind, List.of())) {
            boolean nothingNew = id.equals("app.fast") && template.contains("unlogged");
            if (nothingNew || (template.contains("deferrable") && !name.endsWith("_fk"))) {
                continue;
            }
            // this one has an owner and an increment of its own, which the undoing does not know
            boolean unlike = id.equals("app.s") && template.matches(".* (increment|owned by) .*");
            String[] parts = (unlike ? template.replaceFirst("\\|.*", "|") : template)
                    .replace("%s", id)
                    .replace("%%", "%")
                    .replace("%n", name)
                    .replace("%t", table)
                    .split("\\|", -1);
            add(
                    all,
                    kind,
                    parts[0],
                    parts[1],
                    kind.equals("default acl") || kind.equals("user mapping") || kind.equals("operator family")
                            ? ""
                            : kind.equals("role") || rest.isEmpty() ? "" : seen);
        }
    }

    private static String renamed(String identity, String from, String to) {
        int at = identity.contains("." + from) ? identity.indexOf("." + from) + 1 : identity.indexOf(from);
        return identity.substring(0, at) + to + identity.substring(at + from.length());
    }

    /** The name without schema and arguments. */
    private static String bare(String identity) {
        String head = identity.replaceFirst(" USING .*", "").replaceFirst("\\(.*", "");
        return head.isEmpty() ? identity : head.substring(head.indexOf('.') + 1);
    }

    private static void ofColumn(List<Mutation> all, @Nullable String[] row) {
        String table = String.valueOf(row[0]);
        String column = String.valueOf(row[1]);
        String type = String.valueOf(row[2]);
        String alter = "alter table " + table + " alter " + column + " ";
        boolean notNull = "t".equals(row[3]);
        boolean plain = "f".equals(row[5]) && "f".equals(row[6]);
        String name = column;
        add(
                all,
                "column",
                "comment on column " + table + "." + column + " is 'changed'",
                "comment on column " + table + "." + column + " is " + (row[7] == null ? "null" : "'" + row[7] + "'"),
                name);
        add(
                all,
                "column",
                "alter table " + table + " rename " + column + " to zz",
                "alter table " + table + " rename zz to " + column,
                name);
        add(all, "column", "alter table " + table + " drop " + column + " cascade", "", name);
        add(all, "column", alter + "set statistics 77", "", name);
        add(all, "column", alter + "set (n_distinct = 7)", alter + "reset (n_distinct)", name);
        for (String privilege : List.of("select", "insert", "update", "references")) {
            add(
                    all,
                    "column",
                    "grant " + privilege + " (" + column + ") on " + table + " to lk_other",
                    "revoke " + privilege + " (" + column + ") on " + table + " from lk_other",
                    name);
        }
        if (plain) {
            add(
                    all,
                    "column",
                    alter + "set default " + ("text".equals(type) ? "'q'" : "date".equals(type) ? "'2000-01-01'" : "7"),
                    row[4] == null ? alter + "drop default" : alter + "set default " + row[4],
                    name);
            if (!notNull) {
                add(all, "column", alter + "set not null", alter + "drop not null", name);
                add(
                        all,
                        "column",
                        alter + "set not null; " + alter + "add generated always as identity",
                        "",
                        type.equals("integer") ? name : "\0");
            }
        }
        if (type.equals("text")) {
            for (String storage : List.of("plain", "main", "external", "extended")) {
                add(
                        all,
                        "column",
                        alter + "set storage " + storage,
                        "",
                        (column.equals("a") && storage.equals("external"))
                                        || (column.equals("name") && storage.equals("extended"))
                                ? "\0"
                                : name);
            }
            add(all, "column", alter + "set compression pglz", alter + "set compression default", name);
            add(all, "column", alter + "type varchar(20)", "", name);
            add(all, "column", alter + "type text collate \"C\"", alter + "type text collate \"default\"", name);
        }
        if (type.equals("integer") && plain) {
            add(all, "column", alter + "type bigint", "", name);
        }
    }

    /** A name of one NUL marks a change that changes nothing, so that it is left out. */
    private static void add(List<Mutation> all, String kind, String change, String undo, String name) {
        if (!name.equals("\0")) {
            all.add(new Mutation(
                    kind, change, undo.isEmpty() ? null : undo, Arrays.asList(name.replace("\"", ""), "zz")));
        }
    }
}
