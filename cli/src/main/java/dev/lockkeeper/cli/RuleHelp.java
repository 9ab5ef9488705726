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
        List<String> lines = new ArrayList<>();
        lines.add(style.strong(text.id()) + " (" + level(rule) + "): " + text.title());
        lines.add("  " + text.why());
        lines.add("Instead:");
        lines.add("  " + text.safer());
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

    static void json(Json json, Rule rule) {
        RuleText text = rule.text();
        json.put("rule", text.id())
                .put("severity", level(rule))
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
