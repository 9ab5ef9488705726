package dev.lockkeeper.bench;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** Measures the operational queries of inference-platform at volume, beside a bare look at a primary key. */
public final class Queries {
    private static final Path SCHEMA = Path.of("schemas/inference-platform");
    private static final int ORGANIZATIONS = 100_000;
    private static final int EVENTS = 1_000_000;
    private static final OffsetDateTime START = OffsetDateTime.of(2025, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final String FLOOR = "bare primary key";

    private final Random random = new Random(42);
    private final int runs;

    private Queries(int runs) {
        this.runs = runs;
    }

    /** Run in the root of the repository: {@code [RUNS] [FILE]}, the file being a page whose tables are replaced. */
    public static void main(String[] arguments) throws IOException, SQLException {
        Queries queries = new Queries(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000);
        String table = queries.run();
        System.out.println(table);
        if (arguments.length > 1) {
            Path page = Path.of(arguments[1]);
            Files.writeString(page, Files.readString(page).split("\n\\| ", 2)[0] + "\n" + table);
        }
    }

    private String run() throws IOException, SQLException {
        Options options = Options.defaults()
                .withBinaries(Path.of("embedded/target/binaries").toAbsolutePath())
                .withSetting("shared_buffers", "512MB")
                .withSetting("max_wal_size", "4GB");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(options)) {
            String database = server.createDatabase();
            // the server's own way to connect prepares no statements
            try (Connection connection =
                    DriverManager.getConnection(server.url(database), server.user(), server.password())) {
                prepare(server, database, connection);
                Map<String, long[]> times = new TreeMap<>();
                times.put(FLOOR, measure(connection, "select 1 from inference.organizations where id = $1"));
                for (Map.Entry<String, String> query : queries().entrySet()) {
                    times.put(query.getKey(), measure(connection, query.getValue()));
                }
                return table(times);
            }
        }
    }

    private void prepare(EmbeddedPostgres server, String database, Connection connection) throws SQLException {
        Project project = ProjectFile.read(SCHEMA);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(ScriptReader.read(Objects.requireNonNull(project.prelude())));
            Component component = project.components().get(0);
            Target target = new Target(
                    "127.0.0.1", server.port(), database, server.user(), new Secret(server.password()), Map.of());
            Lockkeeper.of(
                            project.folder(component, project.environment("local"), Map.of()),
                            target,
                            project.historySchema(),
                            Policy.strict())
                    .run(Request.apply(), Duration.ZERO, event -> {});
            statement.execute("""
            select inference.create_partitions('2025-01-01', 365);
            set session_replication_role = replica;
            insert into inference.organizations (id, slug, display_name)
                select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'org-' || i, 'O'
                from generate_series(0, %1$d - 1) i;
            insert into inference.users (organization_id, email_ciphertext, email_hash)
                select id, decode(repeat('ab', 40), 'hex'), sha256((slug || 'u' || u)::bytea)
                from inference.organizations, generate_series(0, 1) u;
            insert into inference.api_keys (organization_id, name, hashed_secret)
                select id, 'k', sha256((slug || 'k')::bytea) from inference.organizations;
            insert into inference.model_registry_entries (organization_id, model_name, revision)
                select id, 'own', '1' from inference.organizations
                union all select null, 'global-' || m, '1' from generate_series(1, 20) m;
            insert into inference.audit_log_entries
                (organization_id, actor_type, actor_id, action, target_type, target_id)
                select id, 'user', 'u', 'a', 'api_key', slug from inference.organizations, generate_series(1, 3);
            insert into inference.usage_events
                (event_id, occurred_at, organization_id, model_id, region, status, prompt_tokens, cost)
                select gen_random_uuid(), timestamptz '2025-01-01Z' + (e + random()) * interval '36 days', o.id, m.id,
                    'eu', 'success', 100, 0.05
                from inference.organizations o, generate_series(0, %2$d - 1) e,
                    (select id from inference.model_registry_entries where organization_id is null limit 1) m;
            set session_replication_role = origin;
            """.formatted(ORGANIZATIONS, EVENTS / ORGANIZATIONS));
            statement.execute("vacuum (analyze)");
        }
    }

    private static Map<String, String> queries() throws IOException {
        Map<String, String> queries = new TreeMap<>();
        try (Stream<Path> files = Files.list(SCHEMA.resolve("queries"))) {
            for (Path file : files.toList()) {
                queries.put(String.valueOf(file.getFileName()).replace(".sql", ""), Files.readString(file));
            }
        }
        return queries;
    }

    /** Nanoseconds of each run, the way to the server and back included, sorted. */
    private long[] measure(Connection connection, String query) throws SQLException {
        String sql = query.replaceAll("(?m)^--.*\n", "").replaceAll("\\$\\d", "?");
        int parameters = (int) sql.chars().filter(c -> c == '?').count();
        long[] times = new long[runs];
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            // the first runs warm up the program and the plan
            for (int i = -runs; i < runs; i++) {
                int organization = random.nextInt(ORGANIZATIONS);
                for (int p = 1; p <= parameters; p++) {
                    statement.setObject(p, value(query, p, organization));
                }
                long start = System.nanoTime();
                int found = 0;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found++;
                    }
                }
                if (i >= 0) {
                    times[i] = System.nanoTime() - start;
                }
                if (found == 0) {
                    throw new BenchmarkException("found nothing: " + sql);
                }
            }
        }
        Arrays.sort(times);
        return times;
    }

    /** Parameters come in the order in which a query's comment names their types. */
    private static Object value(String query, int parameter, int organization) {
        String slug = "org-" + organization;
        if (query.contains("usage_events") && parameter > 1) {
            return START.plusDays(organization % 300 + (parameter == 2 ? 0 : 30));
        }
        if (query.contains("audit_log_entries")) {
            return parameter == 1 ? "api_key" : slug;
        }
        return query.contains("hashed_secret")
                ? sha256(slug + "k")
                : query.contains("email_hash")
                        ? sha256(slug + "u0")
                        : UUID.fromString("00000000-0000-4000-8000-%012d".formatted(organization));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private String table(Map<String, long[]> times) {
        StringBuilder table =
                new StringBuilder("| query | n | P50 ms | P95 ms | P95 ratio |\n|---|---:|---:|---:|---:|\n");
        double floor = p(Objects.requireNonNull(times.get(FLOOR)), 95);
        List<Map.Entry<String, long[]>> rows = times.entrySet().stream()
                .sorted((a, b) -> Double.compare(p(a.getValue(), 95), p(b.getValue(), 95)))
                .toList();
        for (Map.Entry<String, long[]> row : rows) {
            double p95 = p(row.getValue(), 95);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.3f | %.3f | %.1f |%n",
                    row.getKey(),
                    runs,
                    p(row.getValue(), 50),
                    p95,
                    p95 / floor));
        }
        return table.toString();
    }

    private static double p(long[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }
}
