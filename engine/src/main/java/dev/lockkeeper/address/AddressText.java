package dev.lockkeeper.address;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads an address in one of the forms that libpq takes (manual 34.1.1): an URI, keywords with values, or the bare name of
 * a database. {@code jdbc:} in front of an URI is allowed.
 */
public final class AddressText {
    private static final String JDBC = "jdbc:";

    private AddressText() {}

    /**
     * The parameters that the address gives, by their names, in which a later one wins over an earlier one.
     *
     * @param source where the address stands
     * @throws LockkeeperException {@code usage} when libpq could not read it or knows no parameter of that name
     */
    public static Map<String, Given> read(String text, String source) {
        boolean jdbc = text.startsWith(JDBC);
        String address = jdbc ? text.substring(JDBC.length()) : text;
        Map<String, Given> all = new LinkedHashMap<>();
        Taker taker = (name, value) -> all.put(name, given(name, value, source, jdbc));
        if (address.startsWith("postgresql://") || address.startsWith("postgres://")) {
            new UriForm(address, source).read(taker);
            if (jdbc) {
                // the driver's addresses mean TCP when they name no host
                all.putIfAbsent("host", new Given("host", "localhost", source));
            }
        } else if (jdbc || address.contains("://")) {
            throw unreadable(source, "it does not start with postgresql://");
        } else if (address.contains("=")) {
            new KeywordForm(address, source).read(taker);
        } else if (address.matches("(?s)postgres(ql)?:/?[^/].*|[^@]*:[^@]*@.*")) {
            // a scheme that was forgotten or mistyped: taken for a name it would show the password in it
            throw unreadable(source, "it does not start with postgresql://");
        } else {
            taker.take("dbname", address);
        }
        return all;
    }

    /** Whether an address carries a password or another secret; false when it cannot be read at all. */
    public static boolean holdsSecret(String text) {
        try {
            return read(text, "address").keySet().stream().anyMatch(Parameter::isSecret);
        } catch (LockkeeperException e) {
            // the mistake is told when the address is used; until then a secret beside it still is one
            return text.matches("(?s)[^/]*//[^/@]*:[^/@]*@.*|[^@]*:[^@]*@.*")
                    || text.matches("(?s).*(?:[?&\\s]|^)(?:ssl)?password\\s*=.*");
        }
    }

    private static Given given(String name, String value, String source, boolean jdbc) {
        if (name.equals("ssl") && !jdbc && value.equals("true")) {
            return new Given("sslmode", "require", source);
        }
        if (!Names.known(name)) {
            throw Names.unknown(name, value, source);
        }
        return new Given(name, value, source);
    }

    static LockkeeperException unreadable(String source, String reason) {
        return Problem.of(Code.USAGE, "the address of the database cannot be read: " + reason)
                .at(Place.of(source))
                .help("write it as postgresql://USER@HOST:PORT/DATABASE, or as host=HOST port=PORT dbname=DATABASE")
                .asException();
    }

    /** Takes the parameters in the order in which they stand. */
    interface Taker {
        void take(String name, String value);
    }
}
