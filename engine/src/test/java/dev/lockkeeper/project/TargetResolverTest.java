package dev.lockkeeper.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockkeeper.address.Approach;
import dev.lockkeeper.address.Host;
import dev.lockkeeper.address.Parameter;
import dev.lockkeeper.address.SessionKind;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an address means without asking a server; {@code BesidePsqlTest} asks servers. */
@Tag("RUN-15")
class TargetResolverTest {
    private static final Environment NO_ENVIRONMENT = new Environment("local", null, null, Map.of());

    @TempDir
    Path home = Path.of("");

    private TargetResolver resolver(String... variables) {
        return new TargetResolver(variables(variables));
    }

    private Map<String, String> variables(String... variables) {
        Map<String, String> all = new HashMap<>(Map.of("HOME", home.toString()));
        for (String variable : variables) {
            all.put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
        }
        return all;
    }

    private Target target(@Nullable String address, String... variables) {
        return resolver(variables).resolve(address, NO_ENVIRONMENT, null);
    }

    private Problem refusal(@Nullable String address, String... variables) {
        LockkeeperException thrown = catchThrowableOfType(LockkeeperException.class, () -> target(address, variables));
        assertThat(thrown).as(String.valueOf(address)).isNotNull();
        return thrown.problems().get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://me@host/shop, postgresql://me@host:5432/shop",
        "jdbc:postgresql://host:6000/shop?user=me, postgresql://me@host:6000/shop",
        "jdbc:postgresql:///shop?user=me, postgresql://me@localhost:5432/shop",
        "postgres://me@my_db:6000/sh%20op, postgresql://me@my_db:6000/sh%20op",
        "postgresql://a%40b@[::1]:6000/x, postgresql://a%40b@[::1]:6000/x",
        "postgresql://host, postgresql://user@host:5432/user",
        "postgresql://me@%2Frun%2Fpg:6000/x, postgresql://me@%2Frun%2Fpg:6000/x",
        "'host=/run/pg port=6000 dbname=x', postgresql://user@%2Frun%2Fpg:6000/x",
        "'postgresql://a:1,b/x', 'postgresql://user@a:1,b:5432/x'"
    })
    void addresses_are_read_as_they_are_written(String url, String expected) {
        Target target = target(url, "PGUSER=user");
        assertThat(target).hasToString(expected);
        assertThat(target(target.address())).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://host/x",
                "jdbc:postgresql:x",
                "postgresql://host:port/x",
                "postgresql://host:0/x",
                "postgresql://a b/x",
                "postgresql://me:secret@word@host/x",
                "host=@abstract dbname=x",
                "postgresql://host/x?sslmode=ful",
                "postgresql://host/x?connect_timeout=soon",
                "postgresql://host/x?target_session_attrs=primry"
            })
    void addresses_that_are_none_are_refused_without_showing_them(String url) {
        Problem refusal = refusal(url.contains("secret") ? null : url, "LOCKKEEPER_DATABASE_URL=" + url);
        assertThat(refusal.code()).isEqualTo(Code.USAGE);
        assertThat(refusal.message() + refusal.why() + refusal.help()).doesNotContain("secret", "word@");
    }

    @ParameterizedTest
    @CsvSource({
        "conect_timeout=1, did you mean connect_timeout?",
        "sslmod=require, did you mean sslmode?",
        "aplication_name=x, did you mean application_name?",
        "search_path=a b, write options=-csearch_path%3Da%20b",
        "schema=app, write options=-csearch_path%3Dapp",
        "statement_timeout=5s, write options=-cstatement_timeout%3D5s",
        "pgbouncer=true, remove it; docs/connection.md lists all parameters",
        "preferQueryMode=extended, remove it; docs/connection.md lists all parameters"
    })
    void unknown_parameters_are_refused_with_what_works(String parameter, String help) {
        Problem refusal = refusal("postgresql://host/x?" + parameter);
        assertThat(refusal.message()).contains(parameter.replaceAll("=.*", ""));
        assertThat(refusal.help()).isEqualTo(help);
        assertThat(String.valueOf(refusal.place())).isEqualTo("--database");
    }

    @ParameterizedTest
    @EnumSource(
            value = Parameter.class,
            mode = EnumSource.Mode.EXCLUDE,
            // Lockkeeper's own name stands in its place, as that of psql does in psql
            names = "FALLBACK_APPLICATION_NAME")
    void no_parameter_of_libpq_is_dropped(Parameter parameter) {
        String url = "LOCKKEEPER_DATABASE_URL=postgresql://me@host/x";
        assertThat(outcome(url + "?" + parameter.key() + "=7"))
                .isNotEqualTo(outcome(url))
                .satisfiesAnyOf(
                        outcome -> assertThat(outcome).startsWith("goes to"),
                        outcome -> assertThat(outcome).contains(parameter.key()));
    }

    @ParameterizedTest
    @EnumSource(Parameter.class)
    void a_variable_is_treated_like_its_parameter(Parameter parameter) {
        if (parameter.variable() != null
                && !List.of(Parameter.HOST, Parameter.DBNAME, Parameter.USER).contains(parameter)) {
            String address = "postgresql://me@host/x";
            String outcome = outcome("LOCKKEEPER_DATABASE_URL=" + address + "?" + parameter.key() + "=7");
            assertThat(outcome("LOCKKEEPER_DATABASE_URL=" + address, parameter.variable() + "=7"))
                    .isEqualTo(outcome);
        }
    }

    private String outcome(String... variables) {
        try {
            Target target = target(null, variables);
            Approach how = target.approach();
            return "goes to " + target.hosts().get(0).address() + target + target.credentials(new Properties())
                    + target.properties()
                    + List.of(how.kind(), how.shuffled(), how.settings(), how.dialing())
                    + how.passwordFile() + how.application();
        } catch (LockkeeperException e) {
            return e.problems().get(0).message();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me:secret@host/x",
                "postgresql://me@host/x?password=secret",
                "postgresql://me@host/x?pass%77ord=secret",
                "postgresql://me@host/x?sslpassword=secret",
                "jdbc:postgresql://host/x?user=me&password=secret",
                "host=x password = secret",
                "host=x password='sec ret' unknown=1",
                "postgresql://me:secret@host/x?unknown=1"
            })
    void a_password_on_the_command_line_is_refused_in_every_form(String address) {
        Problem refusal = refusal(address);
        assertThat(refusal.code()).isEqualTo(Code.SECRET_ON_COMMAND_LINE);
        assertThat(refusal.toString()).doesNotContain("secret", "sec ret");
    }

    @Test
    void what_is_typed_wins_over_what_is_exported() {
        Environment staging = new Environment("staging", "postgresql://u@from-project/d", null, Map.of());
        Map<String, String> own = variables(
                "PGHOST=from-pg", "PGPORT=7", "PGDATABASE=pg", "LOCKKEEPER_DATABASE_URL=postgresql://u@from-own/d");
        Map<String, String> pg = variables("PGHOST=from-pg", "PGPORT=7", "PGDATABASE=pg", "PGUSER=u");
        assertThat(new TargetResolver(own, true).resolve("postgresql://u@line:1/d", staging, "other"))
                .hasToString("postgresql://u@line:1/other");
        assertThat(new TargetResolver(own, true).resolve(null, staging, null))
                .hasToString("postgresql://u@from-project:7/d");
        assertThat(new TargetResolver(pg, true).resolve(null, staging, null))
                .hasToString("postgresql://u@from-project:7/d");
        assertThat(new TargetResolver(own).resolve(null, staging, null)).hasToString("postgresql://u@from-own:7/d");
        assertThat(new TargetResolver(pg).resolve(null, staging, null)).hasToString("postgresql://u@from-pg:7/pg");
        assertThat(new TargetResolver(variables()).resolve(null, staging, null))
                .hasToString("postgresql://u@from-project:5432/d");
    }

    @Test
    void exported_variables_never_replace_what_the_named_environment_or_its_service_says() throws IOException {
        Files.writeString(home.resolve(".pg_service.conf"), "[shop]\nhost=from-service\nport=2\ndbname=s\n");
        Map<String, String> pg = variables(
                "PGHOST=pg",
                "PGHOSTADDR=10.0.0.1",
                "PGPORT=7",
                "PGDATABASE=pg",
                "PGUSER=u",
                "PGAPPNAME=a",
                "PGSERVICE=none");
        assertThat(named(pg, "postgresql:///?service=shop")).hasToString("postgresql://u@from-service:2/s");
        assertThat(named(pg, "service=shop").hosts()).containsExactly(new Host("from-service", null, 2));
        pg.remove("PGSERVICE");
        assertThat(named(pg, "postgresql://h:1/d").hosts()).containsExactly(new Host("h", null, 1));
        assertThat(named(pg, "postgresql://h:1/d").approach().application()).isEqualTo("a");
        assertThat(named(pg, "dbname=d").hosts()).containsExactly(new Host("pg", "10.0.0.1", 7));
    }

    private static Target named(Map<String, String> variables, String url) {
        return new TargetResolver(variables, true).resolve(null, new Environment("staging", url, null, Map.of()), null);
    }

    @Test
    void an_environment_that_names_no_database_leaves_it_to_the_variables() {
        Environment ci = new Environment("ci", null, null, Map.of());
        assertThat(new TargetResolver(variables("PGHOST=h", "PGUSER=u"), true).resolve(null, ci, null))
                .hasToString("postgresql://u@h:5432/u");
        assertThat(catchThrowableOfType(
                                LockkeeperException.class,
                                () -> new TargetResolver(variables(), true).resolve(null, ci, null))
                        .problems()
                        .get(0)
                        .code())
                .isEqualTo(Code.DATABASE_UNKNOWN);
    }

    @Test
    void names_of_the_driver_keep_their_meaning() {
        Target target =
                target("jdbc:postgresql://h/d?user=u&currentSchema=app&ApplicationName=a&targetServerType=secondary"
                        + "&socketTimeout=9&ssl=true");
        assertThat(target.properties())
                .containsEntry("currentSchema", "app")
                .containsEntry("socketTimeout", "9")
                .containsEntry("sslmode", "verify-full");
        assertThat(target.approach().application()).isEqualTo("a");
        assertThat(target.approach().kind()).isEqualTo(SessionKind.STANDBY);
        assertThat(target("postgresql://h/d?ssl=true").properties()).containsEntry("sslmode", "require");
    }

    @Test
    void newer_parameters_than_those_of_the_local_libpq_mean_something_too() {
        Target target = target("postgresql://h1,h2/d?require_auth=scram-sha-256,!md5&load_balance_hosts=random"
                + "&sslnegotiation=direct&sslrootcert=system&min_protocol_version=3.0");
        assertThat(target.properties())
                .containsEntry("requireAuth", "scram-sha-256,!md5")
                .containsEntry("sslNegotiation", "direct")
                .containsEntry("sslmode", "verify-full");
        assertThat(target.approach().shuffled()).isTrue();
        assertThat(refusal("postgresql://h/d?require_auth=scram").help()).contains("did you mean scram-sha-256?");
        assertThat(refusal("postgresql://h/d?sslrootcert=system&sslmode=require")
                        .message())
                .contains("sslmode");
        assertThat(refusal(null, "PGHOST=h", "PGMINPROTOCOLVERSION=3.2").place())
                .hasToString("PGMINPROTOCOLVERSION");
    }

    @Test
    void settings_that_the_driver_would_override_are_kept_for_the_session() {
        assertThat(target("postgresql://h/d?options=-ctimezone%3DAsia/Tokyo%20--extra-float-digits%3D1")
                        .approach()
                        .settings())
                .isEqualTo(Map.of("TimeZone", "Asia/Tokyo", "extra_float_digits", "1"));
        Target target = target("postgresql://h/d?options=-ctimezone%3DAsia/Tokyo", "PGTZ=UTC", "PGDATESTYLE=ISO, DMY");
        assertThat(target.approach().settings()).isEqualTo(Map.of("TimeZone", "UTC", "DateStyle", "ISO, DMY"));
        assertThat(refusal("postgresql://h/d", "PGDATESTYLE=German").place()).hasToString("PGDATESTYLE");
        assertThat(refusal("postgresql://h/d?options=-cclient_encoding%3DLATIN1")
                        .message())
                .contains("encoding");
    }

    @Test
    void an_address_that_chooses_the_search_path_says_so() {
        assertThat(target("postgresql://h/d").choosesSearchPath()).isFalse();
        assertThat(target("postgresql://h/d", "PGOPTIONS=-c work_mem=1MB").choosesSearchPath())
                .isFalse();
        assertThat(target("postgresql://h/d", "PGOPTIONS=-c work_mem=1MB --search-path=a\\ b,c")
                        .choosesSearchPath())
                .isTrue();
        assertThat(target("postgresql://h/d?currentSchema=a").choosesSearchPath())
                .isTrue();
    }

    @Test
    void certificates_are_those_below_home_and_make_require_strict() throws IOException {
        assertThat(target("postgresql://h/d?sslmode=require").properties()).containsEntry("sslmode", "require");
        Path folder = Files.createDirectories(home.resolve(".postgresql"));
        for (String file : List.of("root.crt", "postgresql.crt", "postgresql.key")) {
            Files.createFile(folder.resolve(file));
        }
        assertThat(target("postgresql://h/d?sslmode=require").properties())
                .containsEntry("sslmode", "verify-ca")
                .containsEntry("sslrootcert", folder.resolve("root.crt").toString())
                .containsEntry("sslcert", folder.resolve("postgresql.crt").toString())
                .containsEntry("sslkey", folder.resolve("postgresql.key").toString());
        Files.writeString(folder.resolve("postgresql.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
        assertThat(refusal("postgresql://h/d").help()).contains("openssl pkcs8");
    }

    @Test
    void a_password_file_is_read_for_each_database_of_its_own() throws IOException {
        Path file = Files.writeString(home.resolve(".pgpass"), "h:5432:one:u:1\nh:5432:two:u:a\\:b\n/x:*:*:u:s\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Target one = target("postgresql://u@h/one");
        assertThat(one.credentials(one.hosts().get(0), new Properties())).containsEntry("password", "1");
        Target two = one.withDatabase("two");
        assertThat(two.credentials(two.hosts().get(0), new Properties())).containsEntry("password", "a:b");
        Target none = one.withDatabase("three");
        assertThat(none.credentials(none.hosts().get(0), new Properties())).containsEntry("password", "");
        assertThat(one.warning()).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(one.credentials(one.hosts().get(0), new Properties())).containsEntry("password", "");
        assertThat(one.warning().orElseThrow().message()).contains(".pgpass is ignored", "chmod 600");
        assertThat(target("postgresql://u@h/one", "PGPASSWORD=x").warning()).isEmpty();
    }

    @Test
    void only_default_folders_of_sockets_are_localhost_in_a_password_file() throws IOException {
        Path file = Files.writeString(home.resolve(".pgpass"), "localhost:*:*:u:s\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (String folder : List.of("/var/run/postgresql", "/tmp")) {
            Target target = target("host=" + folder + " user=u");
            assertThat(target.credentials(target.hosts().get(0), new Properties()))
                    .containsEntry("password", "s");
        }
        Target target = target("host=/srv user=u");
        assertThat(target.credentials(target.hosts().get(0), new Properties())).containsEntry("password", "");
    }

    @Test
    void the_password_variable_of_an_environment_is_asked_alone() {
        Environment staging = new Environment("staging", "postgresql://u@h/d", "SECRET", Map.of());
        Target unset = new TargetResolver(variables("PGPASSWORD=p"), true).resolve(null, staging, null);
        assertThat(unset.password()).isNull();
        assertThat(unset.approach().passwordVariable()).isEqualTo("SECRET");
        Target set = new TargetResolver(variables("SECRET=s"), true).resolve(null, staging, null);
        assertThat(set.credentials(new Properties())).containsEntry("password", "s");
        assertThat(set.approach().passwordVariable()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "any, true, true, true, true",
        "read-write, true, false, false, false",
        "read-only, false, true, true, true",
        "primary, true, true, false, false",
        "standby, false, false, true, true",
        "prefer-standby, false, false, true, true"
    })
    void kinds_of_servers_are_those_of_libpq(
            String word, boolean primary, boolean readOnlyPrimary, boolean standby, boolean readOnlyStandby) {
        SessionKind kind = target("postgresql://h/d?target_session_attrs=" + word)
                .approach()
                .kind();
        assertThat(kind.word()).isEqualTo(word);
        assertThat(kind.accepts(false, false)).isEqualTo(primary);
        assertThat(kind.accepts(false, true)).isEqualTo(readOnlyPrimary);
        assertThat(kind.accepts(true, false)).isEqualTo(standby);
        assertThat(kind.accepts(true, true)).isEqualTo(readOnlyStandby);
    }
}
