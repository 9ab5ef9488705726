package dev.lockkeeper.database;

import dev.lockkeeper.address.Host;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.project.Target;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Tells why a connection could not be made, by the SQLSTATE, the function of the server that refused (its words are in its
 * own language), and the causes that the driver wraps.
 */
final class Refusal {
    /** For a server that is not what {@code target_session_attrs} asks for. */
    static final String KIND = "LK001";

    /** One address that was tried. */
    record Attempt(Host host, SQLException failure) {}

    private final Target target;
    private final Host host;
    private final SQLException failure;
    private final ServerError error;

    private Refusal(Target target, Attempt attempt) {
        this.target = target;
        this.host = attempt.host;
        this.failure = attempt.failure;
        this.error = SqlFailure.read(attempt.failure);
    }

    /** Whether libpq would not try the next host: a server has said no, other than for being not ready yet. */
    static boolean isFinal(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        return (fromServer(e) && !state.equals("57P03"))
                || state.startsWith("28")
                || state.equals("08004")
                || cause(e, SSLException.class) != null;
    }

    /**
     * The problem of the last attempt; the others are notes of it.
     *
     * @param attempts at least one
     */
    static LockkeeperException of(Target target, List<Attempt> attempts) {
        Attempt last = attempts.get(attempts.size() - 1);
        Problem problem = new Refusal(target, last).problem().at(Place.of(target.toString()));
        if (!KIND.equals(last.failure.getSQLState()) && !withoutPassword(last.failure)) {
            problem = problem.from(SqlFailure.read(last.failure));
        }
        for (Attempt earlier : attempts.subList(0, attempts.size() - 1)) {
            problem = problem.note(
                    "tried before: " + new Refusal(target, earlier).problem().message());
        }
        return problem.asException(last.failure);
    }

    private Problem problem() {
        return fromServer(failure) ? ofServer() : ofDriver();
    }

    private Problem ofServer() {
        String said = error.message();
        String routine = Optional.ofNullable(error.routine()).orElse("");
        return switch (error.sqlState()) {
            case "28P01" -> target.password() == null ? password() : wrongPassword();
            case "28000" -> routine.equals("ClientAuthentication") ? access() : login(routine);
            case "3D000" ->
                failed("the server has no database " + target.database())
                        .help("create it with: createdb " + target.database() + ", or name another database");
            case "42501" ->
                failed("user " + target.user() + " may not connect to database " + target.database())
                        .help("grant it: grant connect on database NAME to ROLE");
            case "55000" ->
                failed("database " + target.database() + " takes no connections")
                        .help("name another database, or let an administrator allow connections to it");
            case "57P03" ->
                failed("the server at " + place() + " is not ready: " + said)
                        .help("run the same command again when it is");
            case "22023", "42704" ->
                failed("the server does not take the settings of the address")
                        .help("check options, PGOPTIONS, PGTZ and PGDATESTYLE");
            case "08P01" -> pooler(said);
            default ->
                error.sqlState().startsWith("53")
                        ? taken(routine)
                        : error.sqlState().startsWith("28")
                                ? login(routine)
                                : failed("the server at " + place() + " does not take the connection")
                                        .help("do what the server says");
        };
    }

    private Problem ofDriver() {
        String said = error.message();
        Problem network = network();
        if (network != null) {
            return network;
        }
        if (error.sqlState().equals(KIND)) {
            return failed("no server is " + target.approach().kind().word() + ": " + place() + " was tried last")
                    .help("name the right server, or write another target_session_attrs");
        }
        if (said.contains("hannel binding")) {
            return authentication("channel binding is required, and the server cannot do it")
                    .help("it needs TLS and a SCRAM password: write sslmode=require, or leave channel_binding out");
        }
        if (withoutPassword(failure)) {
            return password();
        }
        if (said.contains("requireAuth")) {
            return authentication("the server asks for another way to log in than require_auth allows")
                    .help("check that it is the right server, and its pg_hba.conf; or write another require_auth");
        }
        if (said.contains("private key") || said.contains("SSL key file")) {
            return tls();
        }
        if (said.contains("does not support SSL")) {
            return failed("the server at " + place() + " does not offer TLS, and sslmode asks for it")
                    .help(
                            "switch TLS on at the server (ssl = on), or write sslmode=prefer where the network is trusted");
        }
        if (said.contains("setting up the SSL connection") && cause(failure, SSLException.class) == null) {
            return stranger();
        }
        if (said.contains("GSS")) {
            return failed("the server at " + place() + " does not offer what gssencmode asks for")
                    .help("write gssencmode=prefer or disable");
        }
        if (cause(failure, SSLException.class) != null
                || cause(failure, CertificateException.class) != null
                || said.contains("SSL")
                || said.contains("certificate")
                || said.contains("hostname")) {
            return tls();
        }
        if (error.sqlState().startsWith("28")) {
            return authentication("the server asks for a way to log in that the address forbids or Lockkeeper lacks")
                    .help("check require_auth and pg_hba.conf");
        }
        if (error.sqlState().equals("08P01")
                || said.contains("rotocol")
                || cause(failure, EOFException.class) != null) {
            return stranger();
        }
        return failed("the server at " + place() + " cannot be reached")
                .help("check that the server runs and that host and port are right");
    }

    /** What the network says; null when it did its work. */
    private @Nullable Problem network() {
        Optional<Path> socket = host.socket();
        if (socket.isPresent() && cause(failure, java.io.IOException.class) != null && !Files.exists(socket.get())) {
            return failed("there is no socket " + socket.get())
                    .help("check that the server runs; show unix_socket_directories and show port tell where its socket"
                            + " is; for TCP name a host");
        }
        if (cause(failure, UnknownHostException.class) != null) {
            return failed("the host " + host.name() + " is not known")
                    .help("check the name of the host, and whether this machine can look it up");
        }
        SocketTimeoutException silent = cause(failure, SocketTimeoutException.class);
        boolean attempt = error.message().contains("attempt timed out");
        if (silent != null || attempt) {
            return failed("the server at " + place() + " did not answer in time")
                    .help("check host, port and firewall; connect_timeout says how many seconds to wait");
        }
        if (cause(failure, NoRouteToHostException.class) != null) {
            return failed("there is no way to " + place()).help("check host, network and firewall");
        }
        if (cause(failure, ConnectException.class) != null) {
            return failed("nothing listens at " + place())
                    .help("check that the server runs, that host and port are right, and that its listen_addresses"
                            + " allow it");
        }
        return null;
    }

    private Problem tls() {
        SSLException broken = cause(failure, SSLException.class);
        String reason = broken == null ? "" : String.valueOf(broken.getMessage());
        if (reason.contains("Unsupported or unrecognized SSL message")) {
            return stranger();
        }
        if (cause(failure, EOFException.class) != null) {
            return failed("what answers at " + place() + " ended the encrypted connection before it was made")
                    .help("check the port, which another program may use, and the log of the server");
        }
        return failed("the encrypted connection to " + place() + " cannot be made")
                .because(reason.isEmpty() ? deepest(failure) : reason)
                .help(
                        "check sslmode, the certificate of the authority (sslrootcert), that the certificate of the server"
                                + " names " + host.name() + ", and your own (sslcert, sslkey)");
    }

    private Problem stranger() {
        return failed("what answers at " + place() + " is not a PostgreSQL server")
                .help("check the port");
    }

    private Problem password() {
        String variable = target.approach().passwordVariable();
        Problem problem =
                authentication("no password is given for user " + target.user() + ", and the server asks for one");
        problem = variable != null
                ? problem.because("the environment names the variable " + variable + " for it, which is not set")
                        .help("set " + variable)
                : problem.help(
                        "set PGPASSWORD, or put it into ~/.pgpass; a password never belongs on the command line");
        Problem told = problem;
        return target.warning().map(w -> told.note(w.message())).orElse(told);
    }

    private Problem wrongPassword() {
        return authentication("the server rejected user " + target.user())
                .help("check PGUSER, and PGPASSWORD or ~/.pgpass; a password never belongs on the command line");
    }

    private Problem access() {
        String plain = error.message().contains("certificate")
                ? "name your certificate and its key: sslcert and sslkey"
                : error.message().contains("no encryption")
                        ? "its rules may ask for encryption: write sslmode=require; or add a line to pg_hba.conf"
                        : "let an administrator add a line to pg_hba.conf for this user, database and machine";
        return authentication("no rule of the server (pg_hba.conf) lets user " + target.user() + " into database "
                        + target.database() + " from here")
                .help(plain);
    }

    private Problem login(String routine) {
        if (routine.startsWith("InitializeSessionUserId")) {
            return authentication("the server has no user " + target.user() + " that may log in")
                    .help("check the user of the address and PGUSER; create role NAME login makes one");
        }
        return authentication("the server rejected user " + target.user())
                .help("this user logs in by an account or a certificate, not by a password: check the user's name and"
                        + " pg_hba.conf");
    }

    private Problem pooler(String said) {
        if (said.contains("no more connections")) {
            return exhausted("the pooler has no connection left");
        }
        return failed("the pooler at " + place() + " does not take the connection")
                .help(
                        said.contains("startup parameter")
                                ? "connect to the server itself, or let the pooler ignore the parameter"
                                        + " (ignore_startup_parameters)"
                                : "do what the pooler says, or connect to the server itself");
    }

    /** Whose limit it is, by the function of the server that has refused (miscinit.c, postinit.c). */
    private Problem taken(String routine) {
        String owner = routine.startsWith("InitializeSessionUserId")
                ? "role " + Quote.identifier(target.user())
                : routine.equals("CheckMyDatabase") ? "database " + Quote.identifier(target.database()) : "";
        return owner.isEmpty()
                ? exhausted("the server has no connection left")
                : Problem.of(Code.SERVER_EXHAUSTED, owner + " has no connection left")
                        .because("all that its CONNECTION LIMIT gives are in use, and a run takes three")
                        .help("run the same command again when others have ended, or raise the limit: alter " + owner
                                + " connection limit N; a fleet takes fewer at once with --parallel N");
    }

    private static Problem exhausted(String message) {
        return Problem.of(Code.SERVER_EXHAUSTED, message)
                .help(
                        "run the same command again when others have ended; a fleet takes fewer at once with --parallel N");
    }

    private static Problem failed(String message) {
        return Problem.of(Code.CONNECTION_FAILED, message);
    }

    private static Problem authentication(String message) {
        return Problem.of(Code.AUTHENTICATION_FAILED, message);
    }

    private String place() {
        return host.socket().map(Path::toString).orElse(host.name() + ":" + host.port());
    }

    /** The driver's words, which it says before anything is sent; its SQLSTATE says less. */
    private static boolean withoutPassword(SQLException e) {
        String said = String.valueOf(e.getMessage());
        return said.contains("no password was provided") || said.contains("password is an empty string");
    }

    private static boolean fromServer(SQLException e) {
        return e instanceof PSQLException said && said.getServerErrorMessage() != null;
    }

    private static <T> @Nullable T cause(Throwable e, Class<T> type) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }

    private static String deepest(Throwable e) {
        Throwable at = e;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return String.valueOf(at.getMessage());
    }
}
