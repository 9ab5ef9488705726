package dev.lockkeeper.check;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.RuleSettings;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Migration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Lets rules look at migrations, at the levels that a project sets, and passes over what the files allow. */
public final class Judge {
    private final List<Rule> known;
    private final List<Rule> rules;
    private final Map<String, Severity> levels = new HashMap<>();
    private final LocalDate today;

    /**
     * Sets the levels.
     *
     * @param today the day by which an exception has ended or not
     * @throws LockkeeperException {@code rule-unknown} when the project speaks of a rule that does not exist
     */
    public Judge(List<Rule> all, RuleSettings settings, LocalDate today) {
        this.known = List.copyOf(all);
        this.today = today;
        List<Problem> problems = new ArrayList<>();
        Map<String, String> set = new HashMap<>();
        settings.levels().forEach((id, setting) -> {
            if (!isKnown(id)) {
                problems.add(unknown(id, setting.place()));
            }
            set.put(id.toUpperCase(Locale.ROOT), setting.value());
        });
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        List<Rule> on = new ArrayList<>();
        for (Rule rule : all) {
            RuleText text = rule.text();
            String level = set.getOrDefault(
                    text.id(), rule.isOptional() ? "off" : text.severity().key());
            if (!level.equals("off")) {
                on.add(rule);
                levels.put(text.id(), Severity.valueOf(level.toUpperCase(Locale.ROOT)));
            }
        }
        this.rules = List.copyOf(on);
    }

    private boolean isKnown(String id) {
        return known.stream().anyMatch(rule -> rule.text().id().equalsIgnoreCase(id));
    }

    private Problem unknown(String id, Place place) {
        List<String> ids = known.stream().map(rule -> rule.text().id()).toList();
        return Problem.of(Code.RULE_UNKNOWN, "there is no rule " + id)
                .at(place)
                .help(Nearest.to(id, ids)
                        .map(n -> "did you mean " + n + "?")
                        .orElse("lockkeeper explain rules lists them"));
    }

    /**
     * What is wrong with a migration that was rehearsed.
     *
     * @throws LockkeeperException {@code rule-unknown} when its file allows a rule that does not exist
     */
    public List<Finding> judge(String component, Rehearsed migration) {
        return judge(component, Item.of(migration.migration()), migration);
    }

    /** What is wrong with a migration as its text alone tells; throws the same. */
    public List<Finding> judge(String component, Written migration) {
        return judge(component, Item.of(migration.migration()), migration);
    }

    /** The same for what may be a repeatable script. */
    List<Finding> judge(String component, Item item, Rehearsed migration) {
        return judge(component, item, (rule, findings) -> rule.observed(migration, findings));
    }

    /** The same by its text. */
    List<Finding> judge(String component, Item item, Written migration) {
        return judge(component, item, (rule, findings) -> rule.written(migration, findings));
    }

    private List<Finding> judge(String component, Item item, BiConsumer<Rule, Findings> look) {
        Migration migration = item.migration();
        Exceptions exceptions = Exceptions.of(migration.up(), today);
        List<Problem> problems = exceptions.all().stream()
                .filter(allow -> !isKnown(allow.rule()))
                .map(allow -> unknown(allow.rule(), migration.up().place(allow.offset())))
                .toList();
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        List<Finding> findings = new ArrayList<>();
        for (Rule rule : rules) {
            if (item.repeatable() && rule.isOfMigrations()) {
                continue;
            }
            RuleText text = rule.text();
            look.accept(rule, (at, object, message) -> {
                Optional<Directive.Allow> allow = exceptions.of(text.id(), at);
                findings.add(new Finding(
                        text.id(),
                        severity(text.id()),
                        component,
                        item.name(),
                        at,
                        object,
                        message + exceptions.ended(text.id(), at),
                        text.safer(),
                        allow.map(Directive.Allow::reason).orElse(null)));
            });
        }
        findings.sort(Comparator.comparing((Finding one) -> one.place().file())
                .thenComparingInt(one -> one.place().line())
                .thenComparingInt(one -> one.place().column())
                .thenComparing(Finding::rule));
        return findings;
    }

    private Severity severity(String id) {
        @Nullable Severity severity = levels.get(id);
        if (severity == null) {
            throw new IllegalStateException(id);
        }
        return severity;
    }
}
