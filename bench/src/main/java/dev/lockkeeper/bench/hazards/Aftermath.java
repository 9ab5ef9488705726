package dev.lockkeeper.bench.hazards;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much there is of what effects speak of, counted before and after a migration.
 *
 * @param counts by effect
 */
record Aftermath(Map<Effect, Long> counts) {
    static Aftermath of(Connection connection, Case one) throws SQLException {
        Map<Effect, Long> counts = new HashMap<>();
        for (Effect effect : one.effects()) {
            @Nullable String query = query(effect);
            if (query != null) {
                @Nullable String count = exists(connection, effect) ? Queries.text(connection, query) : null;
                counts.put(effect, count == null ? 0 : Long.parseLong(count));
            }
        }
        return new Aftermath(counts);
    }

    /** What was seen, and what shows when the dust has settled. */
    Set<Effect> and(Aftermath after, Connection connection, Case one, Set<Effect> seen) throws SQLException {
        Set<Effect> all = new LinkedHashSet<>(seen);
        for (Effect effect : one.effects()) {
            long difference = after.counts.getOrDefault(effect, 0L) - counts.getOrDefault(effect, 0L);
            boolean shows = switch (effect.kind()) {
                case "stays-invalid" -> after.counts.getOrDefault(effect, 0L) > 0;
                case "catalog" -> "t".equals(Queries.text(connection, one.catalog()));
                default -> difference < 0;
            };
            if (shows) {
                all.add(effect);
            }
        }
        return all;
    }

    private static @Nullable String query(Effect effect) {
        return switch (effect.kind()) {
            case "loses-rows" -> "select count(*) from " + effect.name();
            case "loses-values" -> "select count(" + column(effect) + ") from " + table(effect);
            case "loses-column" ->
                "select count(*) from pg_attribute where attrelid = to_regclass('" + table(effect)
                        + "') and attname = '" + column(effect) + "' and not attisdropped";
            case "loses-object" -> "select count(to_regclass('" + effect.name() + "'))";
            case "drops-constraint" -> "select count(*) from pg_constraint where conname = '" + effect.name() + "'";
            case "stays-invalid" ->
                "select (select count(*) from pg_index where not indisvalid)"
                        + " + (select count(*) from pg_constraint where not convalidated)";
            default -> null;
        };
    }

    private static boolean exists(Connection connection, Effect effect) throws SQLException {
        return switch (effect.kind()) {
            case "loses-rows" -> isThere(connection, effect.name());
            case "loses-values" -> isThere(connection, table(effect));
            default -> true;
        };
    }

    private static boolean isThere(Connection connection, String relation) throws SQLException {
        return Queries.text(connection, "select to_regclass('" + relation + "')") != null;
    }

    private static String table(Effect effect) {
        return effect.name().substring(0, effect.name().lastIndexOf('.'));
    }

    private static String column(Effect effect) {
        return effect.name().substring(effect.name().lastIndexOf('.') + 1);
    }
}
