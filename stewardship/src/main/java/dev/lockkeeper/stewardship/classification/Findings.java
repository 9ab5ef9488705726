package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Place;
import java.util.ArrayList;
import java.util.List;

/** Where a rule puts what it finds. Not thread-safe. */
public final class Findings {
    private final RuleText rule;
    private final List<Finding> all = new ArrayList<>();

    Findings(RuleText rule) {
        this.rule = rule;
    }

    /**
     * Adds one at the level of the rule, with its way out.
     *
     * @param object what it is about
     */
    public void add(Place place, Object object, String message) {
        add(place, object, message, rule.safer());
    }

    /** The same with another way out. */
    public void add(Place place, Object object, String message, String help) {
        add(rule.severity(), place, object, message, help);
    }

    /** The same at another level. */
    public void add(Severity severity, Place place, Object object, String message, String help) {
        all.add(new Finding(rule.id(), severity, place, object.toString(), message, help));
    }

    List<Finding> all() {
        return all;
    }
}
