package dev.lockkeeper.cli;

import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;

/** What a rule says, for people and for programs. */
final class RuleHelp {
    private RuleHelp() {}

    static String line(Rule rule) {
        RuleText text = rule.text();
        return Style.pad(text.id(), 6) + Style.pad(level(rule), 9) + text.title();
    }

    /** At which it looks when a project says nothing. */
    private static String level(Rule rule) {
        return rule.isOptional() ? "off" : rule.text().severity().key();
    }

    static List<String> text(Rule rule, Style style) {
        RuleText text = rule.text();
        List<String> lines = new ArrayList<>(head(text, level(rule), style));
        for (RuleText.Example example : text.examples()) {
            sql("Found in:", example.bad(), lines);
            sql("Not found in:", example.good(), lines);
        }
        lines.add("Passed over in one file, with a reason, in front of the statement:");
        lines.add("  -- lockkeeper:allow " + text.id() + " until=2030-12-31 the table has ten rows");
        return lines;
    }

    private static void sql(String title, String sql, List<String> lines) {
        lines.add(title);
        sql.lines().forEach(line -> lines.add("  " + line));
    }

    /** Of a rule about data, whose examples are parts of a classification file. */
    static List<String> text(RuleText text, Style style) {
        List<String> lines = new ArrayList<>(head(text, text.severity().key(), style));
        for (RuleText.Example example : text.examples()) {
            sql("Where there is:", example.before(), lines);
            sql("Found in:", example.bad(), lines);
            sql("Not found in:", example.good(), lines);
        }
        return lines;
    }

    static String line(RuleText text) {
        return Style.pad(text.id(), 6) + Style.pad(text.severity().key(), 9) + text.title();
    }

    private static List<String> head(RuleText text, String level, Style style) {
        return List.of(
                style.strong(text.id()) + " (" + level + "): " + text.title(),
                "  " + text.why(),
                "Instead:",
                "  " + text.safer());
    }

    static void json(Json json, Rule rule) {
        json(json, rule.text(), level(rule));
    }

    static void json(Json json, RuleText text) {
        json(json, text, text.severity().key());
    }

    private static void json(Json json, RuleText text, String level) {
        json.put("rule", text.id())
                .put("severity", level)
                .put("title", text.title())
                .put("why", text.why())
                .put("safer", text.safer())
                .array(
                        "examples",
                        text.examples(),
                        (j, example) -> j.put("before", example.before())
                                .put("bad", example.bad())
                                .put("good", example.good()));
    }
}
