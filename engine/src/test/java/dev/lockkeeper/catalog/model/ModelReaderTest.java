package dev.lockkeeper.catalog.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.model.Publication.Published;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelReaderTest {
    private static final String SQL = """
            create schema "S 1";
            comment on schema "S 1" is 'All of it.';
            create role reader_of_models; create role "Odd, role";
            grant usage on schema "S 1" to reader_of_models;
            create extension citext with schema "S 1";
            set search_path = "S 1";
            create type mood as enum ('sad', 'so, so', 'happy');
            comment on type mood is 'How.';
            create domain short as varchar(20) check (value <> '') not null;
            create domain shorter as short constraint tiny check (char_length(value) < 5);
            create type pair as (a integer, b text[]);
            create type span as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = spans);
            create sequence counted as integer start 5 increment 2 cycle;
            create table parent (
                id bigint generated always as identity primary key,
                serial serial,
                "we""ird" mood default 'happy',
                code char(3) collate "C" not null,
                amount numeric(12,-2),
                exact numeric(12,2) default 0,
                tags citext[] not null default '{}',
                name shorter,
                twin pair,
                wide integer generated always as (char_length(code) * 2) stored,
                constraint code_known check (code = any (array['abc', 'x|y'])),
                constraint several unique nulls not distinct (code, exact) include (amount)
            );
            comment on table parent is E'Two\nlines | here';
            comment on column parent.code is 'The code.';
            comment on constraint code_known on parent is 'Known ones.';
            grant select on parent to public;
            grant update (code, exact) on parent to "Odd, role" with grant option;
            create index odd on parent using btree (lower(code), amount desc) include (exact) where wide > 3;
            alter table parent enable row level security, force row level security;
            create policy mine on parent as restrictive for update to "Odd, role", reader_of_models using (id > 0) with check (true);
            create table child (
                a bigint, b bigint, at timestamptz not null,
                x text, y text, period daterange,
                primary key (a, at),
                foreign key (a) references parent (id) on delete cascade on update set null deferrable
            ) partition by range (at);
            create table child_1 partition of child for values from ('2026-01-01') to ('2027-01-01');
            create table child_2 partition of child default partition by hash (a);
            create table child_3 partition of child_2 for values with (modulus 1, remainder 0);
            create table other (a bigint, at timestamptz, period daterange, plain text,
                foreign key (a, at) references child (a, at), exclude using gist (period with &&) where (plain is null));
            alter table other add constraint later check (plain <> '') not valid;
            alter table other replica identity full;
            alter table other set (fillfactor = 70);
            create unlogged table heir (more text) inherits (other);
            create view seen as select code, o.plain as renamed from parent join other o on o.a = parent.id;
            create materialized view stored as select renamed from seen;
            create function act() returns trigger language plpgsql security definer as $$ begin return null; end $$;
            revoke execute on function act() from public;
            create trigger acts after insert on other for each row execute function act();
            alter table other disable trigger acts;
            create rule ruled as on delete to heir do instead nothing;
            create procedure proceed(n integer) language sql as 'select 1';
            create aggregate total(integer) (sfunc = int4pl, stype = integer);
            create publication part for table parent (id, code);
            create publication whole for tables in schema "S 1";
            """;

    private final List<EmbeddedPostgres> servers =
            List.of(EmbeddedPostgres.start(Options.version(18)), EmbeddedPostgres.start(Options.version(15)));

    @BeforeAll
    void make_the_databases() throws SQLException {
        for (EmbeddedPostgres server : servers) {
            server.createDatabase("odd", "template1");
            try (Connection connection = server.connect("odd");
                    Statement statement = connection.createStatement()) {
                statement.execute(SQL);
            }
        }
    }

    @AfterAll
    void stop() {
        servers.forEach(EmbeddedPostgres::close);
    }

    private void everywhere(Consumer<Model> look) {
        for (EmbeddedPostgres server : servers) {
            try (Connection connection = server.connect("odd");
                    Session session = Session.over(connection)) {
                look.accept(ModelReader.read(session));
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static ObjectName in(String name) {
        return new ObjectName("S 1", name);
    }

    private static Relation relation(Model model, String name) {
        return model.relation(in(name)).orElseThrow();
    }

    @Test
    void partitions_and_what_extensions_bring_are_no_relations_of_their_own() {
        everywhere(model -> {
            assertThat(model.relations())
                    .extracting(relation -> relation.name().name())
                    .containsExactly("child", "heir", "other", "parent", "seen", "stored");
            assertThat(relation(model, "child").partitioning())
                    .isEqualTo(new Partitioning("RANGE", "at", List.of("at"), 3));
            assertThat(model.extensions()).containsExactly("citext");
            assertThat(model.routines())
                    .extracting(routine -> routine.name().name() + " " + routine.kind())
                    .containsExactly("act FUNCTION", "proceed PROCEDURE", "total AGGREGATE");
            assertThat(model.schemas())
                    .extracting(schema -> schema.name() + ": " + schema.comment())
                    .contains("S 1: All of it.");
        });
    }

    @Test
    void columns_tell_type_default_making_and_who_may() {
        everywhere(model -> {
            Relation parent = relation(model, "parent");
            assertThat(parent.columns())
                    .extracting(c -> c.name() + " " + c.type().spelled() + " " + c.making() + " " + c.defaulted())
                    .containsExactly(
                            "id bigint IDENTITY_ALWAYS null",
                            "serial integer GIVEN nextval('\"S 1\".parent_serial_seq'::regclass)",
                            "we\"ird \"S 1\".mood GIVEN 'happy'::\"S 1\".mood",
                            "code character(3) GIVEN null",
                            "amount numeric(12,-2) GIVEN null",
                            "exact numeric(12,2) GIVEN 0",
                            "tags \"S 1\".citext[] GIVEN '{}'::\"S 1\".citext[]",
                            "name \"S 1\".shorter GIVEN null",
                            "twin \"S 1\".pair GIVEN null",
                            "wide integer GENERATED_STORED (char_length(code) * 2)");
            Column code = parent.column("code").orElseThrow();
            assertThat(code.type().length()).hasValue(3);
            assertThat(code.collation()).isEqualTo("pg_catalog.\"C\"");
            assertThat(code.comment()).isEqualTo("The code.");
            assertThat(code.grants()).containsExactly(new Grant("Odd, role", "UPDATE", true));
            assertThat(parent.column("amount").orElseThrow().type().scale()).hasValue(-2);
            assertThat(parent.column("exact").orElseThrow().type().precision()).hasValue(12);
            Column tags = parent.column("tags").orElseThrow();
            assertThat(tags.type().array()).isTrue();
            assertThat(tags.type().name()).isEqualTo(in("citext"));
            assertThat(parent.column("wide").orElseThrow().reads()).containsExactly("code");
            assertThat(parent.grants()).containsExactly(new Grant("PUBLIC", "SELECT", false));
        });
    }

    @Test
    void keys_checks_and_indexes_tell_what_they_are_made_of() {
        everywhere(model -> {
            Relation parent = relation(model, "parent");
            Key several = parent.keys().get(1);
            assertThat(several.columns()).containsExactly("code", "exact");
            assertThat(several.nullsDistinct()).isFalse();
            Check known = parent.checks().get(0);
            assertThat(known.columns()).containsExactly("code");
            assertThat(known.expression()).isEqualTo("((code)::text = ANY (ARRAY['abc'::text, 'x|y'::text]))");
            assertThat(known.comment()).isEqualTo("Known ones.");
            Index odd = parent.indexes().stream()
                    .filter(index -> index.name().equals("odd"))
                    .findFirst()
                    .orElseThrow();
            assertThat(odd.columns()).containsExactly(null, "amount");
            assertThat(odd.included()).containsExactly("exact");
            assertThat(odd.reads()).containsExactly("amount", "code", "exact", "wide");
            assertThat(odd.condition()).isEqualTo("(wide > 3)");
            assertThat(odd.constraint()).isFalse();
            Relation child = relation(model, "child");
            ForeignKey cascade = child.foreignKeys().get(0);
            assertThat(cascade.onDelete()).isEqualTo("CASCADE");
            assertThat(cascade.onUpdate()).isEqualTo("SET NULL");
            assertThat(cascade.deferrable()).isTrue();
            Relation other = relation(model, "other");
            assertThat(other.foreignKeys()).hasSize(1);
            assertThat(other.foreignKeys().get(0).targetColumns()).containsExactly("a", "at");
            assertThat(other.checks().get(0).validated()).isFalse();
            assertThat(other.exclusions()).hasSize(1);
            assertThat(other.replicaIdentity()).isEqualTo("FULL");
            assertThat(other.options()).containsExactly("fillfactor=70");
        });
    }

    @Test
    void policies_triggers_views_and_publications_are_told() {
        everywhere(model -> {
            Relation parent = relation(model, "parent");
            assertThat(parent.rowSecurity()).isTrue();
            assertThat(parent.forcedRowSecurity()).isTrue();
            assertThat(parent.policies())
                    .containsExactly(new Policy(
                            "mine",
                            false,
                            "UPDATE",
                            List.of("Odd, role", "reader_of_models"),
                            "(id > 0)",
                            "true",
                            null));
            Trigger acts = relation(model, "other").triggers().get(0);
            assertThat(acts.enabled()).isFalse();
            assertThat(acts.routine()).isEqualTo(in("act"));
            assertThat(relation(model, "heir").triggers().get(0).routine()).isNull();
            assertThat(relation(model, "heir").parents()).containsExactly(in("other"));
            assertThat(relation(model, "heir").logged()).isFalse();
            assertThat(relation(model, "seen").reads())
                    .extracting(ColumnName::toString)
                    .containsExactly("S 1.other.a", "S 1.other.plain", "S 1.parent.code", "S 1.parent.id");
            assertThat(relation(model, "stored").kind()).isEqualTo(Relation.Kind.MATERIALIZED_VIEW);
            assertThat(model.publications())
                    .containsExactly(
                            new Publication("part", false, List.of(new Published(in("parent"), List.of("id", "code")))),
                            new Publication(
                                    "whole",
                                    false,
                                    Stream.of("child", "heir", "other", "parent")
                                            .map(name -> new Published(in(name), List.of()))
                                            .toList()));
        });
    }

    @Test
    void types_are_told_by_their_kind() {
        everywhere(model -> {
            assertThat(model.types())
                    .extracting(type -> type.name().name())
                    .containsExactly("mood", "pair", "short", "shorter", "span");
            assertThat(model.type(in("mood")).orElseThrow())
                    .isEqualTo(new UserType.Enumeration(in("mood"), List.of("sad", "so, so", "happy"), "How."));
            UserType.Domain shorter =
                    (UserType.Domain) model.type(in("shorter")).orElseThrow();
            assertThat(shorter.base().name()).isEqualTo(in("short"));
            assertThat(shorter.checks().get(0).expression()).isEqualTo("(char_length((VALUE)::text) < 5)");
            UserType.Composite pair =
                    (UserType.Composite) model.type(in("pair")).orElseThrow();
            assertThat(pair.fields())
                    .extracting(field -> field.type().spelled())
                    .containsExactly("integer", "text[]");
            assertThat(((UserType.Range) model.type(in("span")).orElseThrow()).multirange())
                    .isEqualTo(in("spans"));
            assertThat(model.sequences())
                    .extracting(s -> s.name().name() + " " + s.start() + " " + s.cycles() + " " + s.owner())
                    .containsExactly("counted 5 true null", "parent_serial_seq 1 false S 1.parent.serial");
        });
    }

    @Test
    void schema_that_is_left_out_is_gone_with_what_is_in_it() {
        everywhere(model -> {
            Model rest = model.without(Set.of("S 1"));
            assertThat(rest.relations()).isEmpty();
            assertThat(rest.types()).isEmpty();
            assertThat(rest.routines()).isEmpty();
            assertThat(rest.schemas()).extracting(Namespace::name).containsExactly("public");
        });
    }
}
