package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.analytics.definition.PartitionRule.Form;
import dev.lockkeeper.analytics.definition.PartitionRule.Functions;
import dev.lockkeeper.analytics.definition.PartitionRule.Width;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.project.YamlMap;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how partitions are kept up; problems are collected by the file. */
final class PartitionRuleReader {
    private static final Duration USUAL_AHEAD = Duration.ofDays(14);
    private static final Duration USUAL_READY = Duration.ofDays(3);

    private PartitionRuleReader() {}

    /** @param sealAfter how long after its end a bucket may still change; null for ever */
    static @Nullable PartitionRule read(YamlMap all, List<Grain> grains, @Nullable Duration sealAfter) {
        return all.map("partitions")
                .map(map -> rule(map, grains.get(grains.size() - 1), sealAfter, all.has("seal-after")))
                .orElse(null);
    }

    /** @param said whether there is a text for it, which may be no duration */
    private static PartitionRule rule(YamlMap map, Grain longest, @Nullable Duration sealAfter, boolean said) {
        Width width = map.word("width", List.of("day", "month"))
                .map(word -> Width.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(Width.DAY);
        Duration ahead = RollupFile.duration(map, "ahead").orElse(USUAL_AHEAD);
        Duration ready = RollupFile.duration(map, "ready").orElse(USUAL_READY);
        if (ready.compareTo(ahead) > 0) {
            map.reportValue(
                    map.has("ready") ? "ready" : "ahead",
                    "more is to be ready than is made ahead",
                    "let ahead: be longer than ready:");
        }
        Duration keep = RollupFile.duration(map, "keep").orElse(null);
        if (keep != null && sealAfter == null && !said) {
            map.reportValue("keep", "no partition could ever go", "say when buckets are final: seal-after: TIME");
        } else if (keep != null && sealAfter != null && keep.compareTo(sealAfter.plus(longest.length())) < 0) {
            map.reportValue(
                    "keep", "partitions would go before their sums are final", "keep them longer than seal-after:");
        }
        Functions functions = functions(map, keep != null);
        Form form = map.word("archive", List.of("parquet", "json"))
                .map(word -> Form.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(null);
        map.finish();
        return new PartitionRule(map.place(), width, ahead, ready, keep, functions, form);
    }

    private static @Nullable Functions functions(YamlMap map, boolean going) {
        Optional<ObjectName> create = function(map, "create");
        Optional<ObjectName> retire = function(map, "retire");
        Optional<ObjectName> drop = function(map, "drop");
        if (create.isEmpty() && retire.isEmpty() && drop.isEmpty()) {
            return null;
        }
        if (create.isEmpty() || retire.isPresent() != drop.isPresent() || (going && retire.isEmpty())) {
            map.report(
                    "of the functions that keep up partitions some are missing",
                    "name create:, and with keep: also retire: and drop:");
        }
        return create.map(make -> new Functions(make, retire.orElse(null), drop.orElse(null)))
                .orElse(null);
    }

    private static Optional<ObjectName> function(YamlMap map, String key) {
        Optional<String> text = map.text(key);
        Optional<ObjectName> name = text.flatMap(ObjectName::written);
        if (text.isPresent() && name.isEmpty()) {
            map.reportValue(key, text.get() + " is not a name with a schema", "write it as SCHEMA.NAME");
        }
        return name;
    }
}
