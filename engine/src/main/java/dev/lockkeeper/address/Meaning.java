package dev.lockkeeper.address;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the parameters of an address mean to the driver and to the {@link Approach}; refuses what cannot be obeyed. */
public final class Meaning {
    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final List<String> ENCRYPTION = List.of("disable", "prefer", "require");
    private static final List<String> METHODS =
            List.of("password", "md5", "gss", "sspi", "scram-sha-256", "none", "oauth");
    /** libpq's own order, so that a bound can be compared with it. */
    private static final List<String> TLS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private static final Set<String> UTF8 = Set.of("utf8", "utf-8", "unicode");
    private static final Map<String, String> SERVER_TYPES = Map.of(
            "any", "any",
            "primary", "primary",
            "master", "primary",
            "secondary", "standby",
            "slave", "standby",
            "preferSecondary", "prefer-standby",
            "preferSlave", "prefer-standby");

    private final Map<String, Given> given;
    private final @Nullable Path home;
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> settings = new TreeMap<>();
    private final Map<String, String> dialing = new HashMap<>();
    private SessionKind kind = SessionKind.ANY;
    private boolean shuffled;
    private @Nullable String application;

    /**
     * @param given without empty values
     * @param home where the certificates of the user are; null when there is none
     */
    private Meaning(Map<String, Given> given, @Nullable Path home) {
        this.given = given;
        this.home = home;
    }

    /**
     * Understands every parameter.
     *
     * @param given without empty values
     * @param home where the user's certificates and password file are; null when there is none
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} for the first that cannot be obeyed
     */
    public static Meaning of(Map<String, Given> given, @Nullable Path home) {
        Meaning meaning = new Meaning(given, home);
        given.values().forEach(meaning::understand);
        meaning.certificates();
        return meaning;
    }

    /** The settings for the driver. */
    public Map<String, String> properties() {
        return Map.copyOf(properties);
    }

    /** The servers, at least one. */
    public List<Host> hosts() {
        return Hosts.of(given);
    }

    /**
     * The rest.
     *
     * @param passwordVariable the variable that was to hold the password and is not set; null otherwise
     */
    public Approach approach(@Nullable String passwordVariable) {
        @Nullable Given file = given.get("passfile");
        @Nullable
        PasswordFile passwords = file != null
                ? new PasswordFile(Path.of(file.value()))
                : home == null ? null : new PasswordFile(home.resolve(".pgpass"));
        Map<String, String> parameters = new TreeMap<>();
        given.forEach((name, value) -> {
            if (!Parameter.isSecret(name)
                    && !List.of("host", "port", "dbname", "user", "service").contains(name)) {
                parameters.put(name, value.value());
            }
        });
        return new Approach(kind, shuffled, passwords, passwordVariable, application, settings, dialing, parameters);
    }

    private void understand(Given one) {
        Parameter.named(one.name()).ifPresentOrElse(p -> libpq(p, one), () -> driver(one));
    }

    private void libpq(Parameter parameter, Given one) {
        switch (parameter) {
            case SERVICE, HOST, HOSTADDR, PORT, DBNAME, USER, PASSWORD, PASSFILE -> {}
            // Lockkeeper's own name stands where libpq puts the fallback of its program
            case FALLBACK_APPLICATION_NAME -> {}
            case APPLICATION_NAME -> application = one.value();
            case REQUIRE_AUTH -> properties.put("requireAuth", methods(one));
            case CHANNEL_BINDING -> properties.put("channelBinding", one.among(ENCRYPTION));
            case CONNECT_TIMEOUT -> timeout(one);
            case CLIENT_ENCODING -> encoding(one, one.value());
            case OPTIONS -> options(one);
            case KEEPALIVES -> properties.put("tcpKeepAlive", Boolean.toString(one.number() != 0));
            case KEEPALIVES_IDLE -> keepalive("idle", one);
            case KEEPALIVES_INTERVAL -> keepalive("interval", one);
            case KEEPALIVES_COUNT -> keepalive("count", one);
            case TCP_USER_TIMEOUT ->
                only(one, Set.of("0"), "use tcp_keepalives_* or socketTimeout; Java cannot set it");
            case REPLICATION ->
                only(one, Set.of("0", "false", "off", "no"), "remove it; a migration is not a replication");
            case GSSENCMODE -> properties.put("gssEncMode", one.among(ENCRYPTION));
            case SSLMODE -> properties.put("sslmode", one.among(SSL_MODES));
            case SSLNEGOTIATION -> properties.put("sslNegotiation", one.among(List.of("postgres", "direct")));
            case SSLCOMPRESSION -> only(one, Set.of("0"), "remove it; current versions of TLS have no compression");
            case SSLCERT -> properties.put("sslcert", one.value());
            case SSLKEY -> properties.put("sslkey", one.value());
            case SSLPASSWORD -> properties.put("sslpassword", one.value());
            case SSLCERTMODE -> only(one, Set.of("allow"), "use sslcert and sslkey");
            case SSLROOTCERT -> rootCertificate(one);
            case SSLCRL, SSLCRLDIR, SSLKEYLOGFILE -> throw one.notObeyed("remove it; the driver has nothing like it");
            case SSLSNI -> only(one, Set.of("1"), "remove it; Java always sends the name of the server");
            case REQUIREPEER -> dialing.put("peer", one.value());
            case SSL_MIN_PROTOCOL_VERSION ->
                only(
                        one,
                        Set.of(TLS.get(0), TLS.get(1), TLS.get(2)),
                        "remove it; TLSv1.2 is the oldest that Java uses");
            case SSL_MAX_PROTOCOL_VERSION -> only(one, Set.of(TLS.get(3)), "remove it");
            case MIN_PROTOCOL_VERSION, MAX_PROTOCOL_VERSION -> only(one, Set.of("3.0"), "write 3.0, or remove it");
            case KRBSRVNAME -> properties.put("kerberosServerName", one.value());
            case GSSLIB -> properties.put("gsslib", one.among(List.of("gssapi", "sspi")));
            case GSSDELEGATION -> only(one, Set.of("0"), "remove it");
            case SCRAM_CLIENT_KEY, SCRAM_SERVER_KEY, OAUTH_ISSUER, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OAUTH_SCOPE ->
                throw one.notObeyed("use a password, a certificate, or peer authentication");
            case TARGET_SESSION_ATTRS -> kind = SessionKind.of(one);
            case LOAD_BALANCE_HOSTS ->
                shuffled = one.among(List.of("disable", "random")).equals("random");
        }
    }

    private void driver(Given one) {
        switch (one.name()) {
            case "ApplicationName" -> application = one.value();
            case "targetServerType" -> {
                one.among(SERVER_TYPES.keySet());
                kind = SessionKind.of(new Given(one.name(), SERVER_TYPES.getOrDefault(one.value(), ""), one.source()));
            }
            case "ssl" -> {
                // the driver's meaning of ssl=true without sslmode
                if (one.value().equals("true") || one.value().isEmpty()) {
                    properties.putIfAbsent("sslmode", "verify-full");
                } else {
                    only(one, Set.of("false"), "write sslmode=MODE");
                }
            }
            case "connectTimeout", "loginTimeout", "socketTimeout", "sslResponseTimeout", "gssResponseTimeout" -> {
                one.number();
                properties.put(one.name(), one.value());
            }
            default -> properties.put(one.name(), one.value());
        }
    }

    private static void only(Given one, Set<String> allowed, String help) {
        if (!allowed.contains(one.value())) {
            throw one.notObeyed(help);
        }
    }

    private static String methods(Given one) {
        for (String method : one.value().split(",", -1)) {
            String plain = method.strip();
            new Given(one.name(), plain.startsWith("!") ? plain.substring(1) : plain, one.source()).among(METHODS);
        }
        return one.value();
    }

    private void timeout(Given one) {
        // libpq waits for ever with zero and less
        String seconds = Integer.toString(Math.max(0, one.number()));
        properties.put("connectTimeout", seconds);
        properties.put("loginTimeout", seconds);
    }

    private void keepalive(String option, Given one) {
        if (one.number() > 0) {
            dialing.put(option, one.value().strip());
        }
    }

    private static void encoding(Given one, String encoding) {
        if (!UTF8.contains(encoding.toLowerCase(Locale.ROOT))) {
            throw one.refused("asks for another client encoding than UTF8", "remove it; scripts are read as UTF-8");
        }
    }

    private void options(Given one) {
        properties.put("options", one.value());
        ServerOptions.settings(one.value()).forEach((name, value) -> setting(name, value, one));
    }

    /** Takes care of what the driver would override. */
    private void setting(String name, String value, Given source) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "client_encoding" -> encoding(source, value);
            case "timezone" -> settings.put("TimeZone", value);
            case "extra_float_digits" -> settings.put("extra_float_digits", value);
            case "datestyle" -> {
                // the driver ends a connection whose style does not begin so
                if (!value.toLowerCase(Locale.ROOT).startsWith("iso")) {
                    throw source.refused("asks for another date style than ISO", "write ISO, with DMY, MDY or YMD");
                }
                settings.put("DateStyle", value);
            }
            default -> {}
        }
    }

    private void rootCertificate(Given one) {
        if (one.value().equals("system")) {
            // the certificates that Java trusts; libpq demands the strongest mode with it
            Given mode = given.getOrDefault("sslmode", new Given("sslmode", "verify-full", one.source()));
            if (!mode.value().equals("verify-full")) {
                throw mode.refused("is too weak for sslrootcert=system", "write sslmode=verify-full");
            }
            properties.put("sslmode", "verify-full");
            properties.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        } else {
            properties.put("sslrootcert", one.value());
        }
    }

    /** Looks for certificates where libpq does: below HOME, not below the home of the account as the driver. */
    private void certificates() {
        if (home != null) {
            for (String[] known : new String[][] {
                {"sslrootcert", "root.crt"}, {"sslcert", "postgresql.crt"}, {"sslkey", "postgresql.key"}
            }) {
                Path file = home.resolve(".postgresql").resolve(known[1]);
                if (!properties.containsKey("sslfactory") && Files.exists(file)) {
                    properties.putIfAbsent(known[0], file.toString());
                }
            }
        }
        KeyFile.of(given.get("sslkey"), properties.get("sslkey"))
                .algorithm()
                .ifPresent(algorithm -> properties.putIfAbsent("pemKeyAlgorithm", algorithm));
        // manual 34.19.1: with a root certificate require is as strict as verify-ca
        @Nullable String root = properties.get("sslrootcert");
        if ("require".equals(properties.get("sslmode")) && root != null && Files.exists(Path.of(root))) {
            properties.put("sslmode", "verify-ca");
        }
    }

    /** What PGTZ, PGDATESTYLE and PGGEQO ask of the server (manual 34.15). */
    public Meaning with(Map<String, Given> ofServer) {
        ofServer.forEach((name, one) -> {
            if (name.equals("geqo")) {
                if (!one.value().matches("\\w+")) {
                    throw one.refused("is neither on nor off", "write on or off");
                }
                properties.merge("options", "-c geqo=" + one.value(), (old, more) -> old + " " + more);
            } else {
                setting(name, one.value(), one);
            }
        });
        return this;
    }
}
