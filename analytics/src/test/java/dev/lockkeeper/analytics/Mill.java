package dev.lockkeeper.analytics;

import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.roll.Pace;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateSchema;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A database of its own with events by the day, and a folder of definitions, for one test. */
final class Mill implements AutoCloseable {
    static final StateSchema STATE = new StateSchema("state");
    static final Pace FAST = new Pace(24, 1, 240);
    /** The usage of an inference platform in few words. */
    static final String USAGE = """
            version: 1
            rollups:
              usage:
                source: app.event
                time: at
                grains: [hour, day]
                dimensions: [organization_id, model_id]
                partition-by: organization_id
                measures:
                  requests: count
                  tokens: {sum: [prompt, completion]}
                  errors: {count-if: {column: status, is: error}}
                  cost: {sum: cost}
                target: app.usage
                columns: {grain: grain, bucket: bucket, written: written}
            """;

    private static final String TABLES = """
            create schema app;
            create table app.event (
                event_id uuid not null default gen_random_uuid(), at timestamptz not null, organization_id uuid not null,
                model_id uuid, status text not null default 'success', prompt bigint, completion bigint, cost numeric(12, 4),
                primary key (at, event_id)
            ) partition by range (at);
            create table app.event_0110 partition of app.event for values from ('2026-01-10 00:00:00+00') to ('2026-01-11 00:00:00+00');
            create table app.event_0111 partition of app.event for values from ('2026-01-11 00:00:00+00') to ('2026-01-12 00:00:00+00');
            create table app.event_0329 partition of app.event for values from ('2026-03-29 00:00:00+00') to ('2026-03-30 00:00:00+00');
            create table app.usage (
                id bigint generated always as identity primary key, grain text not null, bucket timestamptz not null,
                organization_id uuid not null, model_id uuid, requests bigint not null, tokens bigint not null,
                errors bigint not null, cost numeric(14, 4) not null, written timestamptz,
                unique nulls not distinct (grain, bucket, organization_id, model_id)
            );
            """;

    private final EmbeddedPostgres server;
    private final String database;
    private final Path folder;
    private final Session session;
    private final List<Session> sessions = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();

    private Mill(EmbeddedPostgres server, Path folder) {
        this.server = server;
        this.folder = folder;
        this.database = server.createDatabase();
        this.session = open();
        sql(TABLES);
    }

    Target target(String user) {
        return new Target("127.0.0.1", server.port(), database, user, new Secret(server.password()), Map.of());
    }

    Session open() {
        return open(server.user());
    }

    Session open(String user) {
        Session one = Session.open(target(user), "test");
        sessions.add(one);
        return one;
    }

    /** A connection as applications have it. */
    Connection connect() throws SQLException {
        Connection one = server.connect(database);
        connections.add(one);
        return one;
    }

    Session session() {
        return session;
    }

    String user() {
        return server.user();
    }

    Path folder() {
        return folder;
    }

    Site site() {
        return new Site(session, STATE, null);
    }

    Mill sql(String... statements) {
        for (String statement : statements) {
            session.execute(statement);
        }
        return this;
    }

    /** The rows of a query, columns divided by a bar. */
    List<String> rows(String sql) {
        return session.query(sql).stream()
                .map(row -> String.join("|", texts(row)))
                .toList();
    }

    private static List<String> texts(@org.jspecify.annotations.Nullable String[] row) {
        return java.util.Arrays.stream(row).map(String::valueOf).toList();
    }

    String one(String sql) {
        return rows(sql).get(0);
    }

    /** The rollups of one file. */
    List<Rollup> read(String file) {
        try {
            Files.createDirectories(folder.resolve("analytics"));
            Files.writeString(folder.resolve("analytics/usage.yaml"), file);
            return Definitions.read(folder.resolve("analytics")).rollups();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Applies what a file needs, and gives its first rollup. */
    Rollup install(String file) {
        List<Rollup> rollups = read(file);
        sql(new StateScript(STATE, null).up(rollups));
        return rollups.get(0);
    }

    List<Problem> judged(List<Rollup> rollups) {
        return Fit.of(site(), rollups, ModelReader.read(session));
    }

    RollResult roll(Rollup rollup) {
        return new Roller(site(), new PostgresDialect(), FAST, "test", () -> false).run(rollup, "test");
    }

    /** An event of organization 1, 2 ... with model 1, 2 ..., or 0 for none. */
    Mill event(String at, int organization, int model, String status, int tokens, String cost) {
        return sql("insert into app.event (at, organization_id, model_id, status, prompt, completion, cost) values ('"
                + at + "', '"
                + id(organization) + "', " + (model == 0 ? "null" : "'" + id(model) + "'") + ", '" + status + "', "
                + tokens
                + ", null, " + cost + ")");
    }

    static String id(int number) {
        return "00000000-0000-0000-0000-%012d".formatted(number);
    }

    /** What the rollup holds, in few words. */
    List<String> usage(String grain) {
        return rows(
                "select to_char(bucket at time zone 'UTC', 'MM-DD HH24'), right(organization_id::text, 1), right(model_id::text,"
                        + " 1), requests, tokens, errors, cost from app.usage where grain = '" + grain
                        + "' order by 1, 2, 3 nulls last");
    }

    /** Groups of any grain that are not what the events say, counted by another query than the rollup's own. */
    String wrong() {
        return one("""
            select count(*) from (
                select date_trunc(g, at, 'UTC') as b, g, organization_id, model_id, count(*) as n,
                    sum(coalesce(prompt, 0) + coalesce(completion, 0)) as t, count(*) filter (where status = 'error') as e,
                    coalesce(sum(cost), 0) as c
                from app.event cross join (values ('hour'), ('day')) v (g) group by 1, 2, 3, 4
            ) r full join (select *, true as held from app.usage) u on u.grain = r.g and u.bucket = r.b and u.organization_id = r.organization_id
                and coalesce(u.model_id, '00000000-0000-0000-0000-000000000000') = coalesce(r.model_id, '00000000-0000-0000-0000-000000000000')
            where (u.requests, u.tokens, u.errors, u.cost) is distinct from (r.n, r.t, r.e, r.c) or u.held is null or r.n is null""");
    }

    @Override
    public void close() throws IOException, SQLException {
        sessions.forEach(Session::close);
        for (Connection one : connections) {
            one.close();
        }
        server.dropDatabase(database);
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Gives each test a mill. */
    static final class Extension implements ParameterResolver {
        private static final Namespace NAMESPACE = Namespace.create(Mill.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Mill.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            EmbeddedPostgres server = context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(
                            "server",
                            k -> EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18))),
                            EmbeddedPostgres.class);
            try {
                Path folder = Files.createTempDirectory("mill").toRealPath();
                return context.getStore(NAMESPACE).computeIfAbsent("mill", k -> new Mill(server, folder), Mill.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
