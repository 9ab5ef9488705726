package dev.lockkeeper.address;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to get into a server, as far as the driver does not do it.
 *
 * @param kind what a server must be like to be taken
 * @param shuffled whether the hosts are tried in random order
 * @param passwordFile asked when there is no password; null for none
 * @param passwordVariable the variable that was to hold the password and is not set; null when it is, or none was named
 * @param application the name that the address gives to the session; null for Lockkeeper's own
 * @param settings settings of the server that the driver sets otherwise when it connects, such as TimeZone
 * @param dialing what the socket needs: {@code peer}, {@code idle}, {@code interval}, {@code count}
 * @param parameters what the address says besides host, port, database, user and secrets, by libpq's or the driver's names
 */
public record Approach(
        SessionKind kind,
        boolean shuffled,
        @Nullable PasswordFile passwordFile,
        @Nullable String passwordVariable,
        @Nullable String application,
        Map<String, String> settings,
        Map<String, String> dialing,
        Map<String, String> parameters) {
    public Approach {
        settings = Map.copyOf(settings);
        dialing = Map.copyOf(dialing);
        parameters = Map.copyOf(parameters);
    }

    /** Any server, no password file. */
    public static Approach plain() {
        return new Approach(SessionKind.ANY, false, null, null, null, Map.of(), Map.of(), Map.of());
    }
}
