package dev.lockkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.project.TargetResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every address brings Lockkeeper where psql goes, or is refused by name. Two servers run, so that the wrong one shows;
 * {@code {1}} and {@code {2}} are their ports, {@code {sockets}} and {@code {SOCKETS}} the folder of the first one's socket
 * as it is and encoded, {@code {home}} the home of the user.
 */
@Tag("RUN-15")
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BesidePsqlTest {
    private static final String FACTS =
            "select current_setting('port'), current_database(), current_user, session_user,"
                    + " coalesce(host(inet_server_addr()), 'socket'),"
                    + " replace(replace(current_setting('application_name'), 'psql', 'program'), 'lockkeeper', 'program'),"
                    + " current_setting('search_path'), current_setting('statement_timeout'), current_setting('geqo'),"
                    + " current_setting('client_encoding'), (select ssl from pg_stat_ssl where pid = pg_backend_pid())";
    private static final String REFUSED = "refused";

    private OpenServer first;
    private EmbeddedPostgres second;
    private Path home;

    @BeforeAll
    void start() throws IOException {
        SelfSigned server = SelfSigned.of("localhost", "RSA");
        SelfSigned client = SelfSigned.of("certified", "EC");
        first = new OpenServer(
                """
                local all all scram-sha-256
                host all trusted 127.0.0.1/32 trust
                hostssl all encrypted 127.0.0.1/32 scram-sha-256
                hostnossl all encrypted 127.0.0.1/32 reject
                host all plain 127.0.0.1/32 password
                hostssl all certified 127.0.0.1/32 cert
                """,
                Map.of("server.crt", server.certificate(), "server.key", server.key(), "ca.crt", client.certificate()),
                List.of("ssl=on", "ssl_ca_file=ca.crt"));
        second = EmbeddedPostgres.start();
        String[] roles = {
            "create role app login password 'secret'",
            "create role trusted login",
            "create role encrypted login password 'secret'",
            "create role certified login",
            "create role plain login password 'secret'",
            "create role \"a@b\" login password 'secret'",
            "create database shop",
            "create database app",
            "create database \"sh op\"",
            "create database \"a=b\"",
            "create database readonly",
            "alter role trusted set search_path = trust"
        };
        first.execute(roles);
        first.execute("alter database readonly set default_transaction_read_only = on");
        for (String role : roles) {
            execute(second, role);
        }
        home = Files.createTempDirectory("home");
        file(".pgpass", """
                # a comment
                nowhere:*:*:app:wrong
                127.0.0.1:{1}:a\\=b:app:wrong
                127.0.0.1:{1}:shop:app:secret
                *:{2}:*:a@b:secret:more
                {sockets}:{1}:*:app:secret
                localhost:*:app:app:secret
                """);
        file("open", "*:*:*:*:secret\n");
        Files.setPosixFilePermissions(home.resolve("open"), PosixFilePermissions.fromString("rw-r-----"));
        file("other", "*:*:*:*:secr\\et\n");
        file(".pg_service.conf", """
                # services
                [first]
                host=127.0.0.1
                port={1}
                dbname=shop
                user=app
                password=secret

                [blank]
                host = 127.0.0.1
                [unknown]
                hots=127.0.0.1
                [nested]
                service=first
                [twice]
                host=127.0.0.1
                port={2}
                port={1}
                user=app
                password=secret
                dbname=shop
                [options]
                host=127.0.0.1
                port={2}
                user=app
                password=secret
                dbname=shop
                options=-c search_path=svc
                application_name=svc
                """);
        Files.createDirectories(home.resolve("system"));
        file("server.crt", server.certificate());
        file("client.crt", client.certificate());
        file("client.key", client.key());
        Files.createDirectories(home.resolve("strict/.postgresql"));
        file("strict/.postgresql/root.crt", client.certificate());
        file("system/pg_service.conf", """
                [shared]
                host=127.0.0.1
                port={2}
                user=app
                password=secret
                dbname=shop
                """);
    }

    @AfterAll
    void stop() throws IOException {
        first.close();
        second.close();
        OpenServer.delete(home);
    }

    /**
     * @param address what -d and --database get; null for the variables alone
     * @param variables {@code NAME=VALUE}, PGPASSWORD=secret unless it is there
     * @param refusal a word of our refusal where psql connects; null where we must go there too
     */
    record Case(
            @Nullable String address,
            List<String> variables,
            @Nullable String refusal) {
        @Override
        public String toString() {
            return address + " " + variables;
        }
    }

    private static Case go(@Nullable String address, String... variables) {
        return new Case(address, List.of(variables), null);
    }

    private static Case refuse(String word, @Nullable String address, String... variables) {
        return new Case(address, List.of(variables), word);
    }

    static Stream<Case> cases() {
        return Stream.of(
                // the hierarchical part
                go("postgresql://app@127.0.0.1:{1}/shop"),
                go("postgres://app@127.0.0.1:{2}/shop"),
                go("postgresql://app@localhost:{2}/shop"),
                go("postgresql://app@localhost:{2}"),
                go("postgresql://app@localhost:{2}/"),
                go("postgresql://127.0.0.1:{2}/shop", "PGUSER=app"),
                go("postgresql://app@127.0.0.1/shop", "PGPORT={2}"),
                go("postgresql:///shop", "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app"),
                go("postgresql://", "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGDATABASE=shop"),
                go("postgresql://app@127.0.0.1:{2}/sh%20op"),
                go("postgresql://app@127.0.0.1:{2}/sh op"),
                go("postgresql://a%40b@127.0.0.1:{2}/shop"),
                go("postgresql://app@127.0.0.1:{2}/a%3Db"),
                go("postgresql://app@[::1]:{2}/shop"),
                go("postgresql://app@127.0.0.1:{2}/nowhere"),
                go("postgresql://app@127.0.0.1:{2}/sh%2"),
                go("postgresql://app@127.0.0.1:{2}/sh%00op"),
                go("postgresql://app@127.0.0.1:port/shop"),
                go("postgresql://app@127.0.0.1:99999/shop"),
                go("postgresql://app@[127.0.0.1:{2}/shop"),
                // parameters win over it
                go("postgresql://app@127.0.0.1:{1}/shop?port={2}"),
                go("postgresql:///shop?host=127.0.0.1&port={2}&user=app", "PGPORT={1}"),
                go("postgresql://nobody@127.0.0.1:{1}/shop?user=app"),
                go("postgresql://app@127.0.0.1:{1}/shop?dbname=app"),
                go("postgresql://app@nowhere.invalid:{1}/shop?host=127.0.0.1"),
                go("postgresql://app@nowhere.invalid:{2}/shop?hostaddr=127.0.0.1"),
                go("postgresql://app@127.0.0.1:{2}/shop?host=&hostaddr=127.0.0.1"),
                go("postgresql://app@127.0.0.1:{2}/shop?hostaddr=localhost"),
                go("postgresql://app@127.0.0.1:{2}/shop?hostaddr=127.0.0.1,127.0.0.1"),
                go("postgresql://app@127.0.0.1:{1}/shop?application_name=mine"),
                go("postgresql://app@127.0.0.1:{1}/shop?fallback_application_name=mine"),
                go("postgresql://app@127.0.0.1:{1}/shop?options=-csearch_path%3Dapp"),
                go("postgresql://app@127.0.0.1:{1}/shop?options=-c%20search_path%3Da,b%20-c%20statement_timeout%3D5s"),
                go("postgresql://app@127.0.0.1:{1}/shop?options=--search-path%3Dapp"),
                go("postgresql://app@127.0.0.1:{1}/shop?options=-cnonsense%3D1"),
                go("postgresql://app@127.0.0.1:{1}/shop?connect_timeout=5"),
                go("postgresql://app@127.0.0.1:{1}/shop?connect_timeout=x"),
                go("postgresql://app@127.0.0.1:{1}/shop?"),
                go("postgresql://app@127.0.0.1:{1}/shop?sslmode=disable&"),
                go("postgresql://app@127.0.0.1:{1}/shop?&sslmode=disable"),
                go("host=127.0.0.1 port=+{1} user=app dbname=shop"),
                go("host=127.0.0.1 port=++{1} user=app dbname=shop"),
                go("postgresql://app@127.0.0.1:{1}/shop?sslmode=disable"),
                go("postgresql://app@127.0.0.1:{1}/shop?sslmode=require"),
                go("postgresql://app@127.0.0.1:{1}/shop?ssl=true"),
                go("postgresql://app@127.0.0.1:{1}/shop?sslmode=verify-ful"),
                go("postgresql://app@127.0.0.1:{1}/shop?keepalives=1&keepalives_idle=30&keepalives_count=2"),
                go("postgresql://app@127.0.0.1:{1}/shop?channel_binding=require"),
                go("postgresql://trusted@127.0.0.1:{1}/shop?channel_binding=require"),
                go("postgresql://trusted@127.0.0.1:{1}/shop"),
                go("postgresql://plain@127.0.0.1:{1}/shop"),
                go("postgresql://app@127.0.0.1:{1}/shop?channel_binding=requir"),
                go("postgresql://app@127.0.0.1:{1}/shop?gssencmode=disable&krbsrvname=x"),
                go("postgresql://app@127.0.0.1:{1}/shop?search_path=app"),
                go("postgresql://app@127.0.0.1:{1}/shop?schema=app"),
                go("postgresql://app@127.0.0.1:{1}/shop?nonsense=1"),
                go("postgresql://app@127.0.0.1:{1}/shop?conect_timeout=1"),
                go("postgresql://app@127.0.0.1:{1}/shop?port"),
                go("postgresql://app@127.0.0.1:{1}/shop?port={2}=3"),
                go("postgresql://app@127.0.0.1:{1}/shop?client_encoding=UTF8"),
                refuse("client encoding", "postgresql://app@127.0.0.1:{1}/shop?client_encoding=LATIN1"),
                refuse("sslcrl", "postgresql://app@127.0.0.1:{1}/shop?sslcrl=/none"),
                refuse("tcp_user_timeout", "postgresql://app@127.0.0.1:{1}/shop?tcp_user_timeout=5000"),
                refuse("sslsni", "postgresql://app@127.0.0.1:{1}/shop?sslsni=0"),
                // encryption
                go("postgresql://encrypted@127.0.0.1:{1}/shop"),
                go("postgresql://encrypted@127.0.0.1:{1}/shop?sslmode=disable"),
                go("postgresql://encrypted@127.0.0.1:{1}/shop?sslmode=allow"),
                go("postgresql://app@localhost:{1}/shop?sslmode=verify-full&sslrootcert={home}/server.crt"),
                go("postgresql://app@127.0.0.1:{1}/shop?sslmode=verify-full&sslrootcert={home}/server.crt"),
                go("postgresql://app@127.0.0.1:{1}/shop?sslmode=verify-ca&sslrootcert={home}/server.crt"),
                go(
                        "postgresql://app@localhost:{1}/shop?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={home}/server.crt"),
                go("postgresql://app@localhost:{1}/shop?sslmode=verify-ca&sslrootcert={home}/client.crt"),
                go("postgresql://app@localhost:{1}/shop?sslmode=require&sslrootcert={home}/client.crt"),
                go("postgresql://app@localhost:{1}/shop?sslmode=verify-full"),
                go("postgresql://app@localhost:{1}/shop?sslmode=require", "HOME={home}/strict"),
                go("postgresql://app@localhost:{1}/shop", "PGSSLMODE=verify-full", "PGSSLROOTCERT={home}/server.crt"),
                go("postgresql://certified@localhost:{1}/shop?sslcert={home}/client.crt&sslkey={home}/client.key"),
                go(
                        "postgresql://certified@localhost:{1}/shop",
                        "PGSSLCERT={home}/client.crt", "PGSSLKEY={home}/client.key"),
                go("postgresql://certified@localhost:{1}/shop"),
                go("postgresql://app@127.0.0.1:{1}/shop?sslmode=require&channel_binding=require"),
                go("postgresql://plain@127.0.0.1:{1}/shop?sslmode=require&channel_binding=require"),
                go("postgresql://trusted@127.0.0.1:{1}/shop?sslmode=require&channel_binding=require"),
                go("postgresql://app@127.0.0.1:{2}/shop?sslmode=prefer&channel_binding=require"),
                go("postgresql://app@127.0.0.1:{2}/shop?sslmode=verify-ca&sslrootcert={home}/server.crt"),
                // several hosts
                go("postgresql://app@127.0.0.1:1,127.0.0.1:{2}/shop"),
                go("postgresql://app@nowhere.invalid:{1},127.0.0.1:{2}/shop"),
                go("postgresql://app@127.0.0.1,127.0.0.1/shop?port={2}"),
                go("postgresql://app@127.0.0.1,127.0.0.1/shop?port=1,{2},3"),
                go("postgresql://nobody@127.0.0.1:{1},127.0.0.1:{2}/shop"),
                go("postgresql://app@127.0.0.1:{1},127.0.0.1:{2}/readonly?target_session_attrs=read-write"),
                go("postgresql://app@127.0.0.1:{2},127.0.0.1:{1}/readonly?target_session_attrs=read-only"),
                go("postgresql://app@127.0.0.1:{1},127.0.0.1:{2}/readonly?target_session_attrs=primary"),
                go("postgresql://app@127.0.0.1:{1},127.0.0.1:{2}/readonly?target_session_attrs=standby"),
                go("postgresql://app@127.0.0.1:{2},127.0.0.1:{1}/readonly?target_session_attrs=prefer-standby"),
                go("postgresql://app@127.0.0.1:{1},127.0.0.1:{2}/readonly?target_session_attrs=any"),
                go("postgresql://app@127.0.0.1:{1}/readonly?target_session_attrs=read-writ"),
                go("host=a,127.0.0.1 hostaddr=127.0.0.1 port={2} user=app dbname=shop"),
                go("host=nowhere.invalid,b hostaddr=127.0.0.1,127.0.0.1 port=1,{2} user=app dbname=shop"),
                // sockets
                go("postgresql://app@{SOCKETS}:{1}/shop"),
                go("postgresql:///shop?host={sockets}&port={1}&user=app"),
                go("postgresql:///shop?host={SOCKETS}&port={1}&user=app&sslmode=require"),
                go("postgresql://app@{SOCKETS}:{2}/shop"),
                go("postgresql://app@{SOCKETS}:1,127.0.0.1:{2}/shop"),
                go("host={sockets} port={1} user=app dbname=shop"),
                go("host={sockets} port={1} user=app dbname=shop requirepeer=nobody-like-this"),
                go(null, "PGHOST={sockets}", "PGPORT={1}", "PGUSER=app", "PGDATABASE=shop"),
                go(null, "PGHOST={sockets}", "PGPORT={1}", "PGUSER=app", "PGDATABASE=shop", "PGHOSTADDR=127.0.0.1"),
                // keywords and bare names
                go("host=127.0.0.1 port={2} dbname=shop user=app"),
                go("  host = 127.0.0.1   port= {2} dbname ='sh op' user='app' "),
                go("host=127.0.0.1 port={2} dbname=a\\=b user=app"),
                go("host=127.0.0.1 port={2} dbname='a=b' user=ap\\p"),
                go("host=127.0.0.1 port={2} dbname='shop user=app"),
                go("host=127.0.0.1 port={2} dbname user=app"),
                go("host=127.0.0.1 port={2} dbname=shop user=app port={1}"),
                go("host=127.0.0.1 port={2} dbname='' user=app", "PGDATABASE=shop"),
                go("hots=127.0.0.1 port={2} dbname=shop user=app"),
                go("shop", "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app"),
                go("sh op", "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app"),
                go("nowhere", "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app"),
                go("dbname=shop", "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app"),
                // variables
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app"),
                go(null, "PGHOST=nowhere.invalid", "PGHOSTADDR=127.0.0.1", "PGPORT={2}", "PGUSER=app"),
                go(null, "PGHOST=127.0.0.1,127.0.0.1", "PGPORT=1,{2}", "PGUSER=app"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGOPTIONS=-c search_path=fromoptions"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGAPPNAME=fromname"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGGEQO=off"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGSSLMODE=require"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGSSLMODE=requir"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGREQUIRESSL=1"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGCHANNELBINDING=require"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGCONNECT_TIMEOUT=3"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGTARGETSESSIONATTRS=standby"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGCLIENTENCODING=UTF8"),
                go(null, "PGHOST=127.0.0.1", "PGPORT={2}", "PGUSER=app", "PGPASSWORD=wrong"),
                refuse(
                        "client encoding",
                        null,
                        "PGHOST=127.0.0.1",
                        "PGPORT={2}",
                        "PGUSER=app",
                        "PGCLIENTENCODING=LATIN1"),
                // services
                go("service=first"),
                go("service=first dbname=app"),
                go("postgresql:///?service=first"),
                go("postgresql:///app?service=first", "PGPORT={2}"),
                go(null, "PGSERVICE=first", "PGHOST=nowhere.invalid"),
                go(null, "PGSERVICE=twice"),
                go(null, "PGSERVICE=options"),
                go(null, "PGSERVICE=options", "PGAPPNAME=other"),
                go(null, "PGSERVICE=none"),
                go(null, "PGSERVICE=blank"),
                go(null, "PGSERVICE=unknown"),
                go(null, "PGSERVICE=nested"),
                go(null, "PGSERVICE=shared", "PGSYSCONFDIR={home}/system"),
                go(null, "PGSERVICE=shared", "PGSERVICEFILE={home}/system/pg_service.conf"),
                go(null, "PGSERVICE=first", "PGSERVICEFILE={home}/nowhere"),
                // the password file
                go("postgresql://app@127.0.0.1:{1}/shop", "PGPASSWORD="),
                go("postgresql://app@127.0.0.1:{1}/a%3Db", "PGPASSWORD="),
                go("postgresql://app@127.0.0.1:{1}/sh%20op", "PGPASSWORD="),
                go("postgresql://app@localhost:{1}/app", "PGPASSWORD="),
                go("postgresql://a%40b@127.0.0.1:{2}/shop", "PGPASSWORD="),
                go("postgresql://app@{SOCKETS}:{1}/shop", "PGPASSWORD="),
                go("host=nowhere.invalid hostaddr=127.0.0.1 port={1} dbname=shop user=app", "PGPASSWORD="),
                go("hostaddr=127.0.0.1 port={1} dbname=app user=app", "PGPASSWORD="),
                go("postgresql://app@127.0.0.1:{2}/shop", "PGPASSWORD=", "PGPASSFILE={home}/other"),
                go("postgresql://app@127.0.0.1:{2}/shop?passfile={home}/other", "PGPASSWORD="),
                go("postgresql://app@127.0.0.1:{2}/shop", "PGPASSWORD=", "PGPASSFILE={home}/open"),
                go("postgresql://app@127.0.0.1:{2}/shop", "PGPASSWORD=", "PGPASSFILE={home}/none"),
                go("postgresql://app@127.0.0.1:{2}/shop", "PGPASSWORD=", "PGPASSFILE={home}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void an_address_leads_where_psql_goes_or_is_refused_by_name(Case one) throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>(Map.of("HOME", home.toString(), "PGPASSWORD", "secret"));
        one.variables.forEach(v -> variables.put(v.split("=", 2)[0], filled(v.split("=", 2)[1])));
        variables.values().removeIf(String::isEmpty);
        String address = one.address == null ? null : filled(one.address);
        String expected = psql(address, variables);
        if (one.refusal == null) {
            assertThat(ours(address, variables)).as(one.toString()).isEqualTo(expected);
        } else {
            assertThat(expected).isNotEqualTo(REFUSED);
            assertThat(refusal(address, variables)).contains(one.refusal);
        }
    }

    private static String ours(@Nullable String address, Map<String, String> variables) {
        try (ScriptSession session = ScriptSession.open(target(address, variables), "lockkeeper")) {
            return Arrays.stream(session.resolve(FACTS).get(0).get(0))
                    .map(String::valueOf)
                    .collect(Collectors.joining("|"));
        } catch (LockkeeperException e) {
            return REFUSED;
        }
    }

    private static String refusal(@Nullable String address, Map<String, String> variables) {
        try {
            target(address, variables);
            return "not refused";
        } catch (LockkeeperException e) {
            return e.problems().get(0).message();
        }
    }

    private static Target target(@Nullable String address, Map<String, String> variables) {
        return new TargetResolver(variables).resolve(address, new Environment("local", null, null, Map.of()), null);
    }

    private static String psql(@Nullable String address, Map<String, String> variables)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("psql", "-X", "-At", "-w", "-c", FACTS));
        if (address != null) {
            command.addAll(List.of("-d", address));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        // booleans are letters there as here: both show the text of the server
        return process.waitFor() == 0 ? said : REFUSED;
    }

    private String filled(String text) {
        return text.replace("{1}", Integer.toString(first.port()))
                .replace("{2}", Integer.toString(second.port()))
                .replace("{sockets}", first.sockets().toString())
                .replace("{SOCKETS}", first.sockets().toString().replace("/", "%2F"))
                .replace("{home}", home == null ? "" : home.toString());
    }

    private void file(String name, String content) throws IOException {
        Path file = home.resolve(name);
        Files.writeString(file, filled(content));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void execute(EmbeddedPostgres server, String sql) {
        try (java.sql.Connection connection = server.connect("postgres");
                java.sql.Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
