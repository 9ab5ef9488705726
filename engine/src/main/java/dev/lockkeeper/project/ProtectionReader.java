package dev.lockkeeper.project;

import dev.lockkeeper.problem.Nearest;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what an environment demands, and what a component asserts. Problems are collected by the map. */
final class ProtectionReader {
    private static final String SEEDS = "no-seed-data";
    private static final String PRODUCTION = "no-production-write";
    private static final String HUMAN = "requires-human-approval";
    private static final Set<String> OWN = Set.of(SEEDS, PRODUCTION, HUMAN);
    private static final List<String> DAYS =
            Stream.of(DayOfWeek.values()).map(ProtectionReader::day).toList();

    private ProtectionReader() {}

    static Protection read(String environment, YamlMap map) {
        Protection none = Protection.none(environment);
        List<String> kinds =
                Stream.of(Protection.Kind.values()).map(Protection.Kind::word).toList();
        List<MaintenanceWindow> windows = new ArrayList<>();
        map.maps("windows").forEach(window -> window(window).ifPresent(windows::add));
        if (map.has("windows") && map.maps("windows").isEmpty()) {
            map.reportValue("windows", "windows says nothing", "write at least one, or remove the key");
        }
        return new Protection(
                map.word("kind", kinds).flatMap(Protection.Kind::named).orElse(none.kind()),
                map.text("approvals").map(text -> approvals(map, text)).orElse(0),
                map.word("confirm", List.of("none", "named", "typed"))
                        .map(word -> Protection.Confirmation.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(Protection.Confirmation.NONE),
                windows,
                map.word("break-glass", List.of("refuse", "allow"))
                        .orElse("refuse")
                        .equals("allow"),
                map.map("roles").map(ProtectionReader::roles).orElse(Roles.everybody()));
    }

    private static Roles roles(YamlMap map) {
        List<List<String>> roles = new ArrayList<>();
        for (String role : List.of("author", "approver", "operator", "viewer")) {
            roles.add(map.list(role));
            if (map.has(role) && map.list(role).isEmpty()) {
                map.reportValue(
                        role, role + " names nobody", "name at least one, or remove the key: then it is everybody's");
            }
        }
        for (String login : roles.get(2)) {
            if (roles.get(3).contains(login)) {
                map.reportValue("viewer", login + " is an operator, too", "take it out of one of them");
            }
        }
        map.finish();
        return new Roles(roles.get(0), roles.get(1), roles.get(2), roles.get(3));
    }

    private static int approvals(YamlMap map, String text) {
        if (text.matches("[0-9]{1,2}")) {
            return Integer.parseInt(text);
        }
        map.reportValue("approvals", text + " is not a number of approvals", "write a number from 0 on, such as 2");
        return 0;
    }

    private static Optional<MaintenanceWindow> window(YamlMap map) {
        EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        List<String> words = map.list("days");
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).toLowerCase(Locale.ROOT);
            int index = DAYS.indexOf(word);
            if (index < 0) {
                map.reportItem("days", i, words.get(i) + " is not a day", meant(word));
            } else {
                days.add(DayOfWeek.of(index + 1));
            }
        }
        if (!map.has("days")) {
            days.addAll(EnumSet.allOf(DayOfWeek.class));
        }
        Optional<LocalTime> from = time(map, "from");
        Optional<LocalTime> to = time(map, "to");
        Optional<ZoneId> zone = map.text("zone").flatMap(text -> zone(map, text));
        for (String key : List.of("from", "to", "zone")) {
            if (!map.has(key) && !map.isMistyped(key)) {
                map.report("a window needs " + key, "write from: \"22:00\", to: \"02:00\" and zone: Europe/Berlin");
            }
        }
        map.finish();
        return days.isEmpty() || from.isEmpty() || to.isEmpty() || zone.isEmpty()
                ? Optional.empty()
                : Optional.of(new MaintenanceWindow(days, from.get(), to.get(), zone.get()));
    }

    private static Optional<LocalTime> time(YamlMap map, String key) {
        return map.text(key).flatMap(text -> {
            // 24:00 is the beginning of the next day
            String iso = text.equals("24:00") ? "00:00" : text;
            if (iso.matches("([01][0-9]|2[0-3]):[0-5][0-9]")) {
                return Optional.of(LocalTime.parse(iso));
            }
            map.reportValue(
                    key,
                    text + " is not a time of day",
                    text.matches("[0-9]:[0-5][0-9]")
                            ? "write hours with two digits: \"0" + text + "\""
                            : "write hours from 00 to 23 and minutes from 00 to 59, such as \"22:00\"");
            return Optional.empty();
        });
    }

    private static String meant(String word) {
        return DAYS.stream()
                .filter(day -> word.length() > day.length() && word.startsWith(day))
                .findFirst()
                .or(() -> Nearest.to(word, DAYS))
                .map(day -> "did you mean " + day + "?")
                .orElse("write days such as [" + String.join(", ", DAYS) + "]");
    }

    private static Optional<ZoneId> zone(YamlMap map, String text) {
        try {
            return Optional.of(ZoneId.of(text));
        } catch (DateTimeException e) {
            map.reportValue(
                    "zone",
                    text + " is not a time zone",
                    Nearest.to(text, ZoneId.getAvailableZoneIds())
                            .map(near -> "did you mean " + near + "?")
                            .orElse("write one such as Europe/Berlin or UTC"));
            return Optional.empty();
        }
    }

    private static String day(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    /** What is declared for all components, and more for one. */
    static Assertions assertions(YamlMap map, Assertions shared) {
        Optional<YamlMap> declared = map.map("assertions");
        if (declared.isEmpty()) {
            return shared;
        }
        YamlMap own = declared.get();
        List<Assertions.Check> checks = new ArrayList<>(shared.checks());
        for (Map.Entry<String, @Nullable String> entry : own.texts().entrySet()) {
            String query = entry.getValue();
            if (OWN.contains(entry.getKey())) {
                // said for the project, it cannot be taken back for one component
                own.word(entry.getKey(), List.of("true"));
            } else if (query == null
                    || !query.strip().toLowerCase(Locale.ROOT).matches("(?s)(select|with|values|table)\\b.*")) {
                own.reportKey(
                        entry.getKey(),
                        entry.getKey() + " is neither an assertion that Lockkeeper knows nor one with a query",
                        "known are " + String.join(", ", OWN.stream().sorted().toList())
                                + "; another one needs a query whose first value is true when all is well");
            } else {
                checks.add(new Assertions.Check(entry.getKey(), query));
            }
        }
        own.finish();
        return new Assertions(
                shared.noProductionWrite() || own.has(PRODUCTION),
                shared.requiresHumanApproval() || own.has(HUMAN),
                shared.noSeedData() || own.has(SEEDS),
                checks);
    }

    /** @param path the path that the value of a key names; null when it names none */
    static Signers signers(YamlMap map, BiFunction<YamlMap, String, @Nullable Path> path) {
        Optional<YamlMap> declared = map.map("approval");
        if (declared.isEmpty()) {
            return Signers.nobody();
        }
        YamlMap own = declared.get();
        Signers signers = new Signers(path.apply(own, "signers"), path.apply(own, "revoked"));
        own.finish();
        return signers;
    }
}
