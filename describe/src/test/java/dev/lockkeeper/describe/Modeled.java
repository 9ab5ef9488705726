package dev.lockkeeper.describe;

import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import java.util.Map;
import java.util.Set;

/** A server on which databases are made of SQL and read. */
public final class Modeled implements AutoCloseable {
    /** Names and comments that break what is not careful: a database that has one of everything. */
    public static final String HOSTILE = """
            create schema app; comment on schema app is E'The | app.\\n# no heading';
            create schema "S/1 <b>"; create schema "..";
            create role describer; create role "Odd, `role|";
            create type app.mood as enum ('sad', 'so, `so|', 'happy');
            comment on type app.mood is E'How\\n| it | is |';
            create domain app.short as varchar(20) not null constraint "t|ny" check (value <> '|');
            create type app.pair as (a integer, "b|" text[]);
            create type app.span as range (subtype = float8, subtype_diff = float8mi);
            create sequence app.counted as integer start 5 increment 2 cycle;
            create table app."types" (id int primary key);
            create table app."CON" (id int primary key); create table app.con (id int primary key);
            create table app."Con" (id int primary key);
            create table app."🦄🦄🦄🦄🦄🦄🦄🦄🦄🦄🦄🦄🦄🦄🦄" ("🦄" int primary key);
            create table app."<script>alert(1)</script>" (
                "| `a` | \\ [x](y) <b>" text, "line
            feed" text default 'a
            b', "``" int check ("``" > 0), " " text, "--" text, "_em_ *strong* ~~s~~ $m$ &amp;" text);
            comment on table app."<script>alert(1)</script>" is E'1. <img src=x onerror=alert(1)> | `code` **bold** [link](http://x) \\\\ &lt; _em_';
            comment on column app."<script>alert(1)</script>"."| `a` | \\ [x](y) <b>" is E'first | second\\r\\nthird <br> \\\\| ``` $x$ _y_';
            create table "..".".." (id int primary key, mood app.mood default 'sad', twin app.pair, of app.short);
            create table "S/1 <b>"."a/b" (id int references "..".".." , self int references "S/1 <b>"."a/b" (id), primary key (id));
            alter table "..".".." add foreign key (id) references "S/1 <b>"."a/b" (id) deferrable initially deferred;
            create table app.wide (
                id bigint generated always as identity,
                code char(3) collate "C" not null,
                kept numeric(12,2) generated always as (case when code = 'abc' then 1 else
                  2 end) stored,
                at timestamptz not null default now(),
                constraint wide_pk primary key (id, at),
                constraint several unique nulls not distinct (code, at) include (kept),
                constraint never check (code <> 'never') not valid
            ) partition by range (at);
            create table app.wide_1 partition of app.wide for values from ('2026-01-01') to ('2027-01-01');
            create index "odd|" on app.wide using btree (lower(code), id desc) where kept > 1;
            grant select on app.wide to public; grant update (code, at) on app.wide to "Odd, `role|" with grant option;
            alter table app.wide enable row level security;
            create policy "m|ne" on app.wide as restrictive for update to "Odd, `role|", current_user using (id > 0) with check (true);
            create unlogged table app.heir (more text) inherits (app.con);
            create view app.seen as select code, id as "re|named" from app.wide;
            comment on column app.seen.code is 'The code.';
            create materialized view app.stored as select code from app.seen;
            create function app.act() returns trigger language plpgsql security definer as $$ begin
              -- ``` a fence
              return null; end $$;
            create function app.f(a int, "b|" text default 'x') returns int language sql immutable as 'select 1';
            create trigger "acts|" after insert on app.con for each row execute function app.act();
            alter table app.con disable trigger "acts|";
            create publication "all|" for table only app.con (id);
            """;

    private final EmbeddedPostgres server;

    public Modeled() {
        this(Integer.getInteger("lockkeeper.postgres", 18));
    }

    /** @param version the major one of the server */
    public Modeled(int version) {
        server = EmbeddedPostgres.start(Options.version(version));
    }

    /** The name of a new database in which SQL was run. */
    public String database(String sql) {
        String database = server.createDatabase();
        run(database, sql);
        return database;
    }

    /** Runs more of it. */
    public void run(String database, String sql) {
        try (Session session = session(database)) {
            session.execute(sql);
        }
    }

    /** What a database holds. */
    public Documented read(String database) {
        try (Session session = session(database)) {
            return Documented.of(ModelReader.read(session), Set.of());
        }
    }

    /** What SQL makes of a database, which stays as it was. */
    public Documented without(String database, String sql) {
        try (Session session = session(database)) {
            session.execute("begin");
            session.execute(sql);
            Documented documented = Documented.of(ModelReader.read(session), Set.of());
            session.execute("rollback");
            return documented;
        }
    }

    /** What SQL makes of an empty database. */
    public Documented of(String sql) {
        return read(database(sql));
    }

    private Session session(String database) {
        return Session.open(
                new Target(
                        "127.0.0.1", server.port(), database, server.user(), new Secret(server.password()), Map.of()),
                "test");
    }

    @Override
    public void close() {
        server.close();
    }
}
