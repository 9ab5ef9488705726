package dev.lockkeeper.trust;

import java.util.List;

/** Objects in {@code public} that whoever may create there can make, each of which tells when it is used. */
final class Hostility {
    private Hostility() {}

    /** What notices: a sequence, which no abort takes back, and a table that names what was used by whom. */
    static final String ALARM = """
        create sequence public.alarm;
        create table public.called (who pg_catalog.text, what pg_catalog.text);
        grant all on public.called to public;
        grant all on public.alarm to public;
        create function public.rings(what pg_catalog.text) returns pg_catalog.bool language plpgsql as $$
        begin
            perform pg_catalog.nextval('public.alarm'::pg_catalog.regclass);
            insert into public.called values (current_user, what);
            return true;
        end $$;
        create function public.rings_row(what pg_catalog.text) returns table (rung pg_catalog.bool) language plpgsql as $$
        begin
            return query select public.rings(what);
        end $$;
        """;

    private static final String TYPES = "array['text', 'name', 'int4', 'int8', 'oid', 'numeric', 'bool', 'timestamptz',"
            + " 'interval', 'regclass', 'regnamespace', 'regrole', 'jsonb', '\"char\"', 'xid', 'int2', 'varchar', 'inet',"
            + " 'text[]', 'int4[]', 'name[]', 'oid[]', 'aclitem[]', 'anyelement', 'anyarray', 'uuid', 'bytea', 'json', 'regprocedure']";

    /** Functions with the same arguments as the server's own, and with others that fit better. */
    static String functions(Vocabulary vocabulary) {
        return """
            do $plant$
            declare
                types text[] := %s;
                few text[] := array['text', 'name', 'int4', 'oid', 'int8', 'numeric', 'jsonb', 'text[]'];
                f record;
                signature text;
            begin
                set local check_function_bodies = off;
                for f in select p.proname as name, min(case when t.typtype = 'p' then 'text'
                            else pg_catalog.format_type(p.prorettype, null) end) as type
                           from pg_catalog.pg_proc p join pg_catalog.pg_type t on t.oid = p.prorettype
                          where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and p.proname = any (%s)
                            and p.prokind <> 'p' group by 1 loop
                    for signature in
                        select pg_catalog.oidvectortypes(p.proargtypes) from pg_catalog.pg_proc p
                         where p.proname = f.name and p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                        union select '' union select 'variadic text[]' union select 'variadic anyarray'
                        union select 'text, variadic text[]' union select 'text, variadic anyarray'
                        union select a from unnest(types) a
                        union select a || ', ' || b from unnest(few) a, unnest(few) b
                        union select 'anyelement, anyelement' union select 'anyarray, anyelement' union select 'anyelement, anyarray'
                        union select a || ', ' || b || ', ' || c from unnest(few[1:4]) a, unnest(few[1:4]) b, unnest(few[1:4]) c
                        union select concat_ws(', ', a, b, c, d) from unnest(few[1:2]) a, unnest(few[1:2]) b, unnest(few[1:2]) c, unnest(few[1:2]) d
                    loop
                        begin
                            execute format('create function public.%%I(%%s) returns %%s language plpgsql as $f$ begin'
                                ' perform public.rings(%%L); return null; end $f$', f.name, signature, f.type,
                                'function ' || f.name || '(' || signature || ')');
                        exception when others then
                            null; -- such arguments cannot be
                        end;
                    end loop;
                end loop;
            end $plant$;
            """.formatted(TYPES, Vocabulary.array(vocabulary.words()));
    }

    /** Operators of the same names for pairs of types. */
    static String operators(Vocabulary vocabulary) {
        return """
            do $plant$
            declare
                types text[] := %s;
                o record;
                number int := 0;
            begin
                set local check_function_bodies = off;
                for o in select op.name, l.type as l, r.type as r,
                            case when op.name ~ '^(=|<>|<|<=|>|>=|~|!~|~~|!~~|~~\\*|!~~\\*|~\\*|!~\\*|@>|<@|\\?)$' then 'bool'
                                 when op.name = '||' then 'text' else r.type end as result
                           from (select distinct oprname as name from pg_catalog.pg_operator where oprname = any (%s)) op,
                                unnest(types || ''::text) l (type), unnest(types) r (type)
                          where l.type = r.type or l.type = '' or array_position(types, l.type) <= 12
                             or array_position(types, r.type) <= 12 loop
                    number := number + 1;
                    begin
                        execute format('create function public.hostile_%%s(%%s) returns %%s language plpgsql as $f$ begin'
                            ' perform public.rings(%%L); return null; end $f$', number,
                            concat_ws(', ', nullif(o.l, ''), o.r), o.result,
                            'operator ' || concat_ws(' ', o.l, o.name, o.r));
                        execute format('create operator public.%%s (%%srightarg = %%s, function = public.hostile_%%s)', o.name,
                            case when o.l = '' then '' else 'leftarg = ' || o.l || ', ' end, o.r, number);
                    exception when others then
                        null; -- such an operator cannot be
                    end;
                end loop;
            end $plant$;
            """.formatted(TYPES, Vocabulary.array(vocabulary.operators()));
    }

    /**
     * Domains called like types, and views called like catalogs and like the tables of the record.
     *
     * @param record the names of those tables
     * @param schema where to
     * @param kind what stands before the word view
     */
    static String typesAndRelations(Vocabulary vocabulary, List<String> record, String schema, String kind) {
        return """
            do $plant$
            declare
                x record;
            begin
                for x in select typname as name, case when typtype = 'p' then 'pg_catalog.text' else format('pg_catalog.%%I', typname) end as base
                           from pg_catalog.pg_type
                          where typnamespace = 'pg_catalog'::pg_catalog.regnamespace and typtype in ('b', 'p', 'r')
                            and typcategory <> 'A' and typname = any (%1$s) loop
                    begin
                        execute format('create domain %2$s.%%I as %%s check (public.rings(%%L))', x.name, x.base, 'type ' || x.name);
                    exception when others then
                        null; -- no domain can be over it
                    end;
                end loop;
                for x in select c.relname as name, c.relnamespace::pg_catalog.regnamespace::pg_catalog.text as home,
                                (select string_agg(format('t.%%I', a.attname), ', ' order by a.attnum)
                                   from pg_catalog.pg_attribute a
                                  where a.attrelid = c.oid and a.attnum > 0 and a.atttypid <> 'pg_catalog.anyarray'::pg_catalog.regtype) as columns
                           from pg_catalog.pg_class c
                          where c.relkind in ('r', 'v') and c.relname = any (%1$s)
                            and c.relnamespace::pg_catalog.regnamespace::pg_catalog.text in ('pg_catalog', 'information_schema') loop
                    begin
                        execute format('create %3$s view %2$s.%%I as select %%s from %%s.%%I t, public.rings_row(%%L) r',
                            x.name, x.columns, x.home, x.name, 'relation ' || x.name);
                    exception when duplicate_table then
                        null; -- two schemas have one of that name
                    end;
                end loop;
                for x in select r as name from unnest(%4$s) r loop
                    execute format('create %3$s view %2$s.%%I as select r.*, 0 as id from public.rings_row(%%L) r',
                        x.name, 'relation ' || x.name);
                end loop;
            end $plant$;
            """.formatted(Vocabulary.array(vocabulary.words()), schema, kind, Vocabulary.array(record));
    }
}
