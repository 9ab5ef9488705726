package dev.lockkeeper.project;

import dev.lockkeeper.source.Convention;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One history with its own folder and database.
 *
 * @param migrations the folder of its migrations
 * @param convention null to find out
 * @param tokens declared names; a null value is declared without a value
 * @param database the name of its database; null for the one that the environment names
 * @param downsRequired whether a migration without a down script is refused
 * @param outOfOrder whether late migrations are applied
 * @param hooks what is demanded around a run
 * @param ignoreOtherTool whether another tool's history table is not a reason to stop
 * @param assertions what is declared to be so of it
 * @param data files of SQL that bring rows to a throw-away database, run in this order after the migrations
 * @param seeds packages of rows for a database, in their declared order
 * @param analytics where its rollups are defined; null when it has none
 */
public record Component(
        String name,
        Path migrations,
        @Nullable Convention convention,
        Map<String, @Nullable String> tokens,
        @Nullable String database,
        boolean downsRequired,
        boolean outOfOrder,
        boolean ignoreOtherTool,
        Hooks hooks,
        Assertions assertions,
        List<Path> data,
        List<SeedPackage> seeds,
        @Nullable AnalyticsSettings analytics) {
    public Component {
        data = List.copyOf(data);
        seeds = List.copyOf(seeds);
    }

    /** A slash divides a component from a target of a fleet in the record. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,62}");

    /** Whether a component or a fleet may be called so. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
