package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.project.YamlFile;
import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a classification file. */
final class ClassificationReader {
    private static final List<String> ALLOW_DENY = List.of("allow", "deny");

    private final Path file;

    private ClassificationReader(Path file) {
        this.file = file;
    }

    static Classification read(Path file) {
        return YamlFile.read(
                file,
                Code.CLASSIFICATION_FILE,
                "lockkeeper classify suggest writes a first one",
                new ClassificationReader(file)::classification);
    }

    private Classification classification(YamlMap map) {
        if (map.has("version")) {
            map.word("version", List.of("1"));
        } else {
            map.reportSelf("the version of the form is missing", "write version: 1");
        }
        if (map.has("levels") && !map.list("levels").equals(DataClass.keys())) {
            map.reportValue(
                    "levels",
                    "these are not the levels",
                    "they are " + String.join(", ", DataClass.keys())
                            + ", in this order, and the line may be left out");
        }
        Map<DataClass, Demands> demands = new EnumMap<>(DataClass.class);
        map.map("rules").ifPresent(rules -> {
            for (DataClass level : DataClass.values()) {
                rules.map(level.key()).ifPresent(own -> demands.put(level, demands(level, own)));
            }
            rules.finish();
        });
        Map<String, Subject> subjects = new LinkedHashMap<>();
        map.map("subjects").ifPresent(all -> {
            for (String name : all.keys()) {
                all.map(name).flatMap(own -> subject(name, own)).ifPresent(subject -> subjects.put(name, subject));
            }
        });
        YamlMap erasure = map.map("erasure").orElse(null);
        String variable = Classification.KEY_VARIABLE;
        int deadline = Classification.DEADLINE;
        if (erasure != null) {
            variable = erasure.text("key-variable").orElse(variable);
            deadline = days(erasure).orElse(deadline);
            erasure.finish();
        }
        Map<ObjectName, TableEntry> tables = new LinkedHashMap<>();
        map.map("tables").ifPresent(all -> {
            for (String key : all.keys()) {
                table(all, key)
                        .ifPresent(name -> all.map(key)
                                .map(own -> new TableReader(name, own, all.placeOfKey(key), subjects.keySet()).read())
                                .ifPresent(entry -> {
                                    if (tables.put(name, entry) != null) {
                                        all.reportKey(key, "this table stands here twice", "put both into one");
                                    }
                                }));
            }
        });
        map.finish();
        return new Classification(
                ScriptReader.display(file),
                Checksum.of(ScriptReader.read(file)).toString(),
                variable,
                deadline,
                demands,
                subjects,
                tables);
    }

    private static Demands demands(DataClass level, YamlMap map) {
        Demands usual = Demands.usual(level);
        Set<Protection> protections = EnumSet.noneOf(Protection.class);
        map.list("protect").forEach(word -> {
            if (Protection.keys().contains(word)) {
                protections.add(Protection.valueOf(word.toUpperCase(Locale.ROOT)));
            } else {
                map.reportValue("protect", word + " is not a protection", known(word, Protection.keys()));
            }
        });
        // what generated types show is theirs to read
        map.word("types", List.of("show", "hide"));
        Demands read = new Demands(
                map.word("comment", List.of("required", "optional"))
                        .map("required"::equals)
                        .orElse(usual.comment()),
                map.word("grant_public", ALLOW_DENY).map("allow"::equals).orElse(usual.grantPublic()),
                map.has("protect") ? protections : usual.protections(),
                map.word("plain_index", ALLOW_DENY).map("allow"::equals).orElse(usual.plainIndex()));
        map.finish();
        return read;
    }

    private static Optional<Subject> subject(String name, YamlMap map) {
        Optional<ObjectName> table = table(map, "table", true);
        List<String> key = map.list("key");
        if (key.isEmpty()) {
            map.reportSelf("the key of " + name + " is missing", "write key: [id], the columns that others refer to");
        }
        Optional<Subject.Hold> hold = map.map("hold").flatMap(own -> {
            Optional<Subject.Hold> read = table(own, "table", true)
                    .map(at -> new Subject.Hold(
                            own.place("table"),
                            at,
                            own.list("columns"),
                            own.text("until").orElse(null)));
            if (own.list("columns").size() != key.size()) {
                own.reportSelf(
                        "columns has to name as many columns as the key of " + name,
                        "write columns: [ONE] for those that hold the key");
            }
            own.finish();
            return read;
        });
        Optional<Subject> read =
                table.map(at -> new Subject(name, map.place("table"), at, key, map.list("find_by"), hold.orElse(null)));
        map.finish();
        return read;
    }

    /** The table that a value names. */
    static Optional<ObjectName> table(YamlMap map, String key, boolean needed) {
        Optional<String> text = map.text(key);
        Optional<ObjectName> name = text.flatMap(ObjectName::written);
        if (text.isPresent() && name.isEmpty()) {
            map.reportValue(key, text.get() + " is not a name with a schema", "write it as SCHEMA.NAME");
        } else if (text.isEmpty() && needed) {
            map.reportSelf(key + " is missing", "write " + key + ": SCHEMA.NAME");
        }
        return name;
    }

    private static Optional<ObjectName> table(YamlMap map, String key) {
        Optional<ObjectName> name = ObjectName.written(key);
        if (name.isEmpty()) {
            map.reportKey(key, key + " is not the name of a table with its schema", "write it as SCHEMA.TABLE");
        }
        return name;
    }

    /** A number of days from 1 on. */
    static Optional<Integer> days(YamlMap map) {
        Optional<String> text = map.text("days");
        if (text.isPresent() && !text.get().matches("[1-9][0-9]{0,5}")) {
            map.reportValue("days", text.get() + " is not a number of days", "write a number from 1 on");
            return Optional.empty();
        }
        return text.map(Integer::parseInt);
    }

    static String known(String word, Collection<String> all) {
        return Nearest.to(word, all).map(n -> "did you mean " + n + "?").orElse("known are " + String.join(", ", all));
    }
}
