package dev.lockkeeper.project;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what stands under {@code drift:} in a project file. */
final class ExemptionReader {
    private ExemptionReader() {}

    static List<Exemption> read(YamlMap map) {
        List<Exemption> all = new ArrayList<>();
        map.map("drift").ifPresent(drift -> {
            drift.maps("ignore").forEach(item -> all.addAll(read(item, false)));
            drift.maps("accept").forEach(item -> all.addAll(read(item, true)));
            drift.finish();
        });
        return all;
    }

    private static List<Exemption> read(YamlMap item, boolean ends) {
        Optional<String> object = item.text("object").filter(text -> !text.isBlank());
        Optional<String> reason = item.text("reason").filter(text -> !text.isBlank());
        @Nullable String kind = item.text("kind").orElse(null);
        @Nullable
        String state =
                item.word("state", List.of("missing", "extra", "changed")).orElse(null);
        if (object.isEmpty()) {
            item.report("an object is missing", "write object: NAME, with * for any text");
        }
        if (reason.isEmpty()) {
            item.report("a reason is missing", "write reason: TEXT, for whoever reads it next year");
        }
        @Nullable LocalDate until = ends ? until(item) : null;
        item.finish();
        return object.isPresent() && reason.isPresent()
                ? List.of(new Exemption(item.place("object"), object.get(), kind, state, reason.get(), until))
                : List.of();
    }

    private static @Nullable LocalDate until(YamlMap item) {
        Optional<String> text = item.text("until");
        if (text.isEmpty()) {
            item.report("a last day is missing", "write until: YYYY-MM-DD; what holds for ever stands under ignore:");
            return null;
        }
        try {
            return LocalDate.parse(text.get());
        } catch (DateTimeException e) {
            item.reportValue("until", text.get() + " is not a day", "write it as YYYY-MM-DD");
            return null;
        }
    }
}
