package dev.lockkeeper.report;

import dev.lockkeeper.history.Direction;
import dev.lockkeeper.plan.Plan;
import dev.lockkeeper.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Plans as text and as JSON. */
public final class PlanReport {
    private PlanReport() {}

    /** One line a step, then a summary. */
    public static List<String> text(Plan plan, String database, Style style) {
        List<String> lines = new ArrayList<>();
        if (plan.isEmpty()) {
            lines.add(style.strong(plan.component()) + " in " + database + ": nothing to do");
            return lines;
        }
        String verb = plan.direction() == Direction.UP ? "apply" : "roll back";
        lines.add(style.strong(plan.component()) + " in " + database + ": " + verb + " "
                + count(plan.steps().size(), "migration"));
        for (Step step : plan.steps()) {
            lines.add("  " + (plan.direction() == Direction.UP ? "+ " : "- ") + step(step));
        }
        return lines;
    }

    /** One step: version, description, number of statements. */
    public static String step(Step step) {
        String resumed = step.resumed() ? ", goes on where an earlier run stopped" : "";
        return step.migration().version() + "  "
                + Style.line(step.migration().description()) + "  ("
                + count(step.commands().statements().size(), "statement") + resumed + ")";
    }

    /** A number with its noun. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** The fields of one component's plan. */
    public static void json(Json json, Plan plan, String database) {
        json.put("component", plan.component())
                .put("database", database)
                .put("direction", plan.direction().name().toLowerCase(Locale.ROOT))
                .put("digest", plan.digest())
                .array("steps", plan.steps(), PlanReport::step);
    }

    static void step(Json json, Step step) {
        json.put("version", step.migration().version().toString())
                .put("description", step.migration().description())
                .put("file", step.script().file())
                .put("checksum", step.script().checksum().value())
                .put("renderedChecksum", step.script().renderedChecksum().value())
                .put("statements", step.commands().statements().size())
                .put("resumed", step.resumed());
    }
}
