package dev.lockkeeper.database;

import dev.lockkeeper.project.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How both ends of a connection find out that the other end is gone: TCP by itself says it after hours, and a proxy that
 * has stopped to forward never does.
 */
public final class Liveness {
    /** Ends a session whose machine is silent for a minute. The probes also keep firewalls from forgetting it. */
    private static final Map<String, String> MACHINE = new TreeMap<>(Map.of(
            "tcp_keepalives_idle", "30",
            "tcp_keepalives_interval", "10",
            "tcp_keepalives_count", "3",
            "idle_session_timeout", "0"));

    /** Ends a statement whose client is gone (manual, "client_connection_check_interval"). */
    private static final String CLIENT = "client_connection_check_interval";

    private static final String CLIENT_VALUE = "2s";
    /** Elsewhere the server refuses the setting. */
    private static final String HAS_CLIENT = "pg_catalog.version() ~* 'linux|darwin'";

    private static final String SILENCE = "socketTimeout";
    private static final String SILENCE_SECONDS = "30";

    private Liveness() {}

    /**
     * The statements by which the server's side of a session looks after its client: a dead machine is noticed within a
     * minute, a dead process within two seconds, also while a statement runs. {@code RESET ALL} takes them back. They are
     * no query, after which a script could not choose the isolation of its transaction any more.
     *
     * @param answer the rows of {@link #question}
     */
    public static List<String> settings(List<@Nullable String[]> answer) {
        List<String> settings = new ArrayList<>();
        MACHINE.forEach((name, value) -> settings.add("set " + name + " = " + value));
        if (!answer.isEmpty()) {
            settings.add("set " + CLIENT + " = '" + CLIENT_VALUE + "'");
        }
        return settings;
    }

    /**
     * The statement by which the server goes on looking after its client until the end of the transaction, whatever was reset;
     * empty where it cannot.
     *
     * @param answer the rows of {@link #question}
     */
    public static String untilCommit(List<@Nullable String[]> answer) {
        return answer.isEmpty() ? "" : "set local " + CLIENT + " = '" + CLIENT_VALUE + "';";
    }

    /** Asks what the server's machine can do. */
    public static String question() {
        return "select 1 where " + HAS_CLIENT;
    }

    /** The same as one statement, which does nothing behind a pooler: the session may be lent to others next. */
    public static String ifOwnSql(Session session) {
        StringBuilder values = new StringBuilder();
        MACHINE.forEach((name, value) -> values.append("('" + name + "', '" + value + "'), "));
        return "select pg_catalog.set_config(name, value, false) from (values " + values + "('" + CLIENT
                + "', case when "
                + HAS_CLIENT + " then '" + CLIENT_VALUE + "' else '0' end)) s (name, value) where pg_backend_pid() = "
                + session.pid();
    }

    /** Sets what the target does not: how long an answer may take in a session whose statements are short. */
    static Properties complete(Target target, Properties properties) {
        target.properties().forEach(properties::setProperty);
        properties.putIfAbsent(SILENCE, SILENCE_SECONDS);
        properties.putIfAbsent("tcpKeepAlive", "true");
        return properties;
    }

    /** How long a connection may be silent when nobody says otherwise. */
    static Duration silence() {
        return Duration.ofSeconds(Long.parseLong(SILENCE_SECONDS));
    }

    /** How long a connection may be silent without need before it is taken for dead; zero means for ever. */
    static Duration silence(Properties properties) {
        String seconds = properties.getProperty(SILENCE, "");
        return seconds.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO;
    }
}
