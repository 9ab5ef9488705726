package dev.lockkeeper.address;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection parameters of libpq 15 to 18 and the environment variables that give them (manual 34.1.2 and 34.15).
 * Every one of them is obeyed or refused by {@link Meaning}; none is dropped.
 */
public enum Parameter {
    SERVICE("PGSERVICE"),
    HOST("PGHOST"),
    HOSTADDR("PGHOSTADDR"),
    PORT("PGPORT"),
    DBNAME("PGDATABASE"),
    USER("PGUSER"),
    PASSWORD("PGPASSWORD"),
    PASSFILE("PGPASSFILE"),
    REQUIRE_AUTH("PGREQUIREAUTH"),
    CHANNEL_BINDING("PGCHANNELBINDING"),
    CONNECT_TIMEOUT("PGCONNECT_TIMEOUT"),
    CLIENT_ENCODING("PGCLIENTENCODING"),
    OPTIONS("PGOPTIONS"),
    APPLICATION_NAME("PGAPPNAME"),
    FALLBACK_APPLICATION_NAME(null),
    KEEPALIVES(null),
    KEEPALIVES_IDLE(null),
    KEEPALIVES_INTERVAL(null),
    KEEPALIVES_COUNT(null),
    TCP_USER_TIMEOUT(null),
    REPLICATION(null),
    GSSENCMODE("PGGSSENCMODE"),
    SSLMODE("PGSSLMODE"),
    SSLNEGOTIATION("PGSSLNEGOTIATION"),
    SSLCOMPRESSION("PGSSLCOMPRESSION"),
    SSLCERT("PGSSLCERT"),
    SSLKEY("PGSSLKEY"),
    SSLPASSWORD(null),
    SSLCERTMODE("PGSSLCERTMODE"),
    SSLROOTCERT("PGSSLROOTCERT"),
    SSLCRL("PGSSLCRL"),
    SSLCRLDIR("PGSSLCRLDIR"),
    SSLSNI("PGSSLSNI"),
    SSLKEYLOGFILE(null),
    REQUIREPEER("PGREQUIREPEER"),
    SSL_MIN_PROTOCOL_VERSION("PGSSLMINPROTOCOLVERSION"),
    SSL_MAX_PROTOCOL_VERSION("PGSSLMAXPROTOCOLVERSION"),
    MIN_PROTOCOL_VERSION("PGMINPROTOCOLVERSION"),
    MAX_PROTOCOL_VERSION("PGMAXPROTOCOLVERSION"),
    KRBSRVNAME("PGKRBSRVNAME"),
    GSSLIB("PGGSSLIB"),
    GSSDELEGATION("PGGSSDELEGATION"),
    SCRAM_CLIENT_KEY(null),
    SCRAM_SERVER_KEY(null),
    TARGET_SESSION_ATTRS("PGTARGETSESSIONATTRS"),
    LOAD_BALANCE_HOSTS("PGLOADBALANCEHOSTS"),
    OAUTH_ISSUER(null),
    OAUTH_CLIENT_ID(null),
    OAUTH_CLIENT_SECRET(null),
    OAUTH_SCOPE(null);

    private final @Nullable String variable;

    Parameter(@Nullable String variable) {
        this.variable = variable;
    }

    /** The name in addresses and service files, such as {@code target_session_attrs}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The environment variable that gives it; null when there is none. */
    public @Nullable String variable() {
        return variable;
    }

    /** Names are matched as libpq does it: by letter case too. */
    public static Optional<Parameter> named(String key) {
        return Arrays.stream(values()).filter(p -> p.key().equals(key)).findFirst();
    }

    /** All names. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(Parameter::key).toList();
    }

    /** Whether its value must never be shown or stand where others can read it. */
    public static boolean isSecret(String key) {
        return List.of("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
                .contains(key);
    }
}
