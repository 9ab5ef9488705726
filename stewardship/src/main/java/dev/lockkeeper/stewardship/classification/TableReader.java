package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.project.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a classification file says of one table. */
final class TableReader {
    private final ObjectName name;
    private final YamlMap map;
    private final Place place;
    private final Set<String> subjects;

    /** @param subjects that are declared */
    TableReader(ObjectName name, YamlMap map, Place place, Set<String> subjects) {
        this.name = name;
        this.map = map;
        this.place = place;
        this.subjects = subjects;
    }

    TableEntry read() {
        Map<String, ColumnEntry> columns = new LinkedHashMap<>();
        map.map("columns").ifPresent(all -> {
            for (String column : all.keys()) {
                columns.put(column, column(all, column));
            }
        });
        TableEntry entry = new TableEntry(
                name,
                place,
                map.text("owner").orElse(null),
                map.text("basis").orElse(null),
                links(),
                map.has("retention") ? retention() : null,
                map.has("erase") ? forgetting() : null,
                columns);
        map.finish();
        return entry;
    }

    /** A column that needs no more has its class as its value. */
    private static ColumnEntry column(YamlMap all, String column) {
        Place place = all.placeOfKey(column);
        if (!all.isMap(column)) {
            DataClass level =
                    all.word(column, DataClass.keys()).flatMap(DataClass::of).orElse(null);
            return new ColumnEntry(place, level, null, null, null, false, null, null);
        }
        YamlMap own = all.map(column).orElseThrow();
        if (!own.has("class")) {
            own.reportSelf("the class of column " + column + " is missing", "write class: " + DataClass.INTERNAL.key());
        }
        ColumnEntry entry = new ColumnEntry(
                place,
                own.word("class", DataClass.keys()).flatMap(DataClass::of).orElse(null),
                own.text("pii").orElse(null),
                own.word("protect", Protection.keys())
                        .map(word -> Protection.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(null),
                own.text("with").orElse(null),
                own.word("expose", List.of("never", "always"))
                        .map("never"::equals)
                        .orElse(false),
                own.has("erase") ? replacement(own) : null,
                own.text("why").orElse(null));
        if (entry.erase() instanceof Replacement.Kept && entry.why() == null) {
            own.reportValue("erase", "why the value of " + column + " stays is missing", "write why: REASON");
        }
        own.finish();
        return entry;
    }

    private static @Nullable Replacement replacement(YamlMap own) {
        if (own.isEmpty("erase")) {
            return new Replacement.Nothing();
        }
        if (own.isMap("erase")) {
            YamlMap erase = own.map("erase").orElseThrow();
            Optional<String> text = erase.text("replace");
            erase.finish();
            if (text.isEmpty()) {
                erase.reportSelf("what is to stand there is missing", "write erase: {replace: TEXT}");
            }
            return text.map(Replacement.Text::new).orElse(null);
        }
        return own.word("erase", List.of("placeholder", "keep"))
                .map(word -> word.equals("keep") ? new Replacement.Kept() : new Replacement.Placeholder())
                .orElse(null);
    }

    private List<SubjectLink> links() {
        if (!map.has("subject")) {
            return List.of();
        }
        Place at = map.place("subject");
        if (!map.isMap("subject")) {
            Optional<String> none = map.word("subject", List.of("none"));
            if (none.isPresent() && map.text("why").isEmpty()) {
                map.reportValue("subject", "why the rows are nobody's is missing", "write why: REASON");
            }
            return none
                    .map(word ->
                            new SubjectLink(at, null, List.of(), map.text("why").orElse("")))
                    .stream()
                    .toList();
        }
        YamlMap own = map.map("subject").orElseThrow();
        List<SubjectLink> links = new ArrayList<>();
        for (String subject : own.keys()) {
            if (subjects.contains(subject)) {
                List<List<String>> paths = own.isMap(subject) ? any(own, subject) : List.of(own.list(subject));
                if (paths.isEmpty() || paths.stream().anyMatch(List::isEmpty)) {
                    own.reportKey(
                            subject,
                            "the columns that lead to the " + subject + " are missing",
                            "write " + subject + ": COLUMN, or " + subject
                                    + ": {any: [COLUMN, OTHER]} for several ways");
                }
                paths.forEach(columns -> links.add(new SubjectLink(own.placeOfKey(subject), subject, columns, null)));
            } else {
                own.reportKey(
                        subject,
                        "there is no subject " + subject,
                        subjects.isEmpty()
                                ? "declare it under subjects:"
                                : ClassificationReader.known(subject, subjects));
            }
        }
        return links;
    }

    /** Several ways to a person, each a column or a list of columns. */
    private static List<List<String>> any(YamlMap own, String subject) {
        YamlMap ways = own.map(subject).orElseThrow();
        List<List<String>> paths = new ArrayList<>();
        ways.value("any").ifPresent(value -> {
            for (YamlValue way : value instanceof YamlValue.Items items ? items.items() : List.of(value)) {
                List<YamlValue> columns = way instanceof YamlValue.Items more ? more.items() : List.of(way);
                List<String> names = new ArrayList<>();
                for (YamlValue column : columns) {
                    if (column instanceof YamlValue.Text text && !text.isNull()) {
                        names.add(text.text());
                    } else {
                        ways.report(
                                column.place(),
                                "a way to the " + subject + " is a column or a list of columns",
                                "write any: [COLUMN, [ONE, TWO]]");
                    }
                }
                paths.add(names);
            }
        });
        ways.finish();
        return paths;
    }

    private @Nullable Retention retention() {
        Place at = map.place("retention");
        if (!map.isMap("retention")) {
            map.reportValue(
                    "retention",
                    "retention must be a mapping",
                    "write retention: {days: 30, from: COLUMN, strategy: delete}");
            return null;
        }
        YamlMap own = map.map("retention").orElseThrow();
        if (own.has("keep")) {
            Retention kept = new Retention(
                    at,
                    0,
                    "",
                    Retention.Strategy.ARCHIVE,
                    null,
                    false,
                    null,
                    own.text("keep").orElse(""));
            if (kept.why() == null || kept.why().isBlank()) {
                own.reportValue("keep", "why the rows stay is missing", "write keep: REASON");
            }
            own.finish();
            return kept;
        }
        Optional<Integer> days = ClassificationReader.days(own);
        Optional<String> from = own.text("from");
        Optional<Retention.Strategy> strategy = own.word("strategy", Retention.Strategy.keys())
                .map(word -> Retention.Strategy.valueOf(word.toUpperCase(Locale.ROOT)));
        for (String key : List.of("days", "from", "strategy")) {
            if (!own.has(key)) {
                own.reportSelf(
                        key + " of the retention is missing", "write {days: 30, from: COLUMN, strategy: delete}");
            }
        }
        Retention read = new Retention(
                at,
                days.orElse(1),
                from.orElse(""),
                strategy.orElse(Retention.Strategy.DELETE),
                own.text("hold").orElse(null),
                own.word("by", List.of("partition", "row"))
                        .map("partition"::equals)
                        .orElse(false),
                ClassificationReader.table(own, "call", false).orElse(null),
                null);
        if (read.byPartition() && strategy.equals(Optional.of(Retention.Strategy.ANONYMIZE))) {
            own.reportValue("by", "a partition is deleted or archived, never anonymized", "write by: row");
        }
        if (read.call() != null && (read.byPartition() || strategy.equals(Optional.of(Retention.Strategy.ANONYMIZE)))) {
            own.reportValue(
                    "call", "a function of the schema lets rows go, one by one", "write strategy: delete and no by:");
        }
        own.finish();
        return read;
    }

    /** A word, or a function. */
    private @Nullable Forgetting forgetting() {
        Place at = map.place("erase");
        if (map.isMap("erase")) {
            YamlMap own = map.map("erase").orElseThrow();
            Optional<ObjectName> call = ClassificationReader.table(own, "call", true);
            String unless = own.text("unless").orElse(null);
            own.finish();
            return call.map(function -> new Forgetting(at, Forgetting.Way.CALL, function, unless, null))
                    .orElse(null);
        }
        Optional<Forgetting.Way> way = map.word("erase", List.of("delete", "anonymize", "follow", "keep"))
                .map(word -> Forgetting.Way.valueOf(word.toUpperCase(Locale.ROOT)));
        if (way.equals(Optional.of(Forgetting.Way.KEEP)) && map.text("why").isEmpty()) {
            map.reportValue("erase", "why the rows stay is missing", "write why: REASON");
        }
        String why = map.text("why").orElse(null);
        return way.map(one -> new Forgetting(at, one, null, null, one == Forgetting.Way.KEEP ? why : null))
                .orElse(null);
    }
}
