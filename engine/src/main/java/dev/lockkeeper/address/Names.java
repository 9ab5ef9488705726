package dev.lockkeeper.address;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which names an address may use, and what to say of the others. */
final class Names {
    /** The driver's own names that mean something here; addresses of other Java programs hold them. */
    static final Set<String> DRIVER = Set.of(
            "ApplicationName",
            "cancelSignalTimeout",
            "channelBinding",
            "connectTimeout",
            "currentSchema",
            "gssEncMode",
            "gssResponseTimeout",
            "jaasApplicationName",
            "jaasLogin",
            "kerberosServerName",
            "localSocketAddress",
            "loginTimeout",
            "pemKeyAlgorithm",
            "receiveBufferSize",
            "requireAuth",
            "scramMaxIterations",
            "sendBufferSize",
            "socketTimeout",
            "ssl",
            "sslNegotiation",
            "sslResponseTimeout",
            "sslfactory",
            "sslhostnameverifier",
            "targetServerType",
            "tcpKeepAlive",
            "useSpnego");

    /** Settings of the server that people write as parameters, because other programs take them so. */
    private static final Set<String> SETTINGS = Set.of(
            "datestyle",
            "idle_in_transaction_session_timeout",
            "lock_timeout",
            "role",
            "search_path",
            "statement_timeout",
            "TimeZone",
            "timezone",
            "work_mem");

    private Names() {}

    static boolean known(String name) {
        return DRIVER.contains(name) || Parameter.named(name).isPresent();
    }

    /**
     * Why a name is not taken.
     *
     * @param value helps only to write down the form that works, for settings whose values are no secrets
     */
    static LockkeeperException unknown(String name, String value, String source) {
        Problem problem = Problem.of(
                        Code.USAGE, "the address has a parameter " + name + ", which PostgreSQL does not know")
                .at(Place.of(source));
        if (name.equals("schema")) {
            return problem.help("write " + option("search_path", value)).asException();
        }
        if (SETTINGS.contains(name)) {
            return problem.because(name + " is a setting of the server")
                    .help("write " + option(name, value))
                    .asException();
        }
        List<String> all = new ArrayList<>(Parameter.keys());
        all.addAll(DRIVER);
        Optional<String> near = Nearest.to(name, all);
        return problem.help(near.map(n -> "did you mean " + n + "?")
                        .orElse("remove it; docs/connection.md lists all parameters"))
                .asException();
    }

    private static String option(String name, String value) {
        return "options=-c" + name + "%3D"
                + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
