package dev.lockkeeper.database;

import dev.lockkeeper.project.Target;
import java.time.Duration;
import java.util.Properties;

/**
 * How both ends of a connection find out that the other end is gone: TCP by itself says it after hours, and a proxy that
 * has stopped to forward never does.
 */
public final class Liveness {
    /**
     * The statement by which the server's side of a session looks after its client: a dead machine is noticed within a
     * minute, a dead process within two seconds, also while a statement runs (manual, "client_connection_check_interval",
     * which not every platform has). The probes also keep firewalls from forgetting a connection that is quiet while
     * another one works.
     */
    public static final String SERVER_SQL = "select pg_catalog.set_config(name, value, false) from (values"
            + " ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'),"
            + " ('idle_session_timeout', '0'), ('client_connection_check_interval',"
            + " case when pg_catalog.version() ~* 'linux|darwin' then '2s' else '0' end)) s (name, value)";

    private static final String SILENCE = "socketTimeout";
    private static final String SILENCE_SECONDS = "30";

    private Liveness() {}

    /** Sets what the target does not: how long an answer may take in a session whose statements are short. */
    static Properties complete(Target target, Properties properties) {
        target.properties().forEach(properties::setProperty);
        properties.putIfAbsent(SILENCE, SILENCE_SECONDS);
        properties.putIfAbsent("tcpKeepAlive", "true");
        return properties;
    }

    /** How long a connection may be silent without need before it is taken for dead; zero means for ever. */
    static Duration silence(Properties properties) {
        String seconds = properties.getProperty(SILENCE, "");
        return seconds.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO;
    }
}
