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
        lines.add(style.strong(plan.component()) + " in " + database + ": " + verb + " " + counts(plan.steps()));
        for (Step step : plan.steps()) {
            lines.add("  " + (plan.direction() == Direction.UP ? "+ " : "- ") + step(step));
        }
        return lines;
    }

    /** How many migrations and repeatable scripts. */
    public static String counts(List<Step> steps) {
        long scripts = steps.stream().filter(s -> s instanceof Step.Repeat).count();
        long migrations = steps.size() - scripts;
        return scripts == 0
                ? count(migrations, "migration")
                : (migrations == 0 ? "" : count(migrations, "migration") + " and ")
                        + count(scripts, "repeatable script");
    }

    /** One step: version, description, number of statements. */
    public static String step(Step step) {
        String resumed = step.resumed() ? ", goes on where an earlier run stopped" : "";
        String partial = isPartial(step) ? ", of an apply that was not finished" : "";
        String reason = step instanceof Step.Repeat repeat ? ", " + repeat.reason() : "";
        return Style.line(step.name()) + "  " + Style.line(step.description()) + "  ("
                + statements(step.commands().count()) + reason + partial + resumed
                + step.commands()
                        .byStatement()
                        .map(why -> ", statement by statement: " + why)
                        .orElse("") + ")";
    }

    private static String statements(int count) {
        return count == 0 ? "no statement: the script is empty" : count(count, "statement");
    }

    private static boolean isPartial(Step step) {
        return step instanceof Step.Rollback rollback && rollback.entry() == null;
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
        json.put("version", step.name())
                .put("repeatable", step instanceof Step.Repeat)
                .put("description", step.description())
                .put("file", step.script().file())
                .put("checksum", step.script().checksum().value())
                .put("renderedChecksum", step.script().renderedChecksum().value())
                .put("statements", step.commands().count())
                .put("resumed", step.resumed())
                .put("manner", step.commands().byStatement().isPresent() ? "statements" : "transaction")
                .put("mannerReason", step.commands().byStatement().orElse(null));
    }
}
