package dev.lockkeeper.check;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.source.Directive;
import dev.lockkeeper.source.Script;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a file says should be passed over. */
final class Exceptions {
    private final List<Directive.Allow> all;
    private final Map<String, Integer> ordinals;
    private final LocalDate today;

    private Exceptions(List<Directive.Allow> all, Map<String, Integer> ordinals, LocalDate today) {
        this.all = all;
        this.ordinals = ordinals;
        this.today = today;
    }

    static Exceptions of(Script script, LocalDate today) {
        Script.Commands commands = script.commands();
        List<Directive.Allow> all = commands.directives().allowed();
        Map<String, Integer> ordinals = new HashMap<>();
        if (!all.isEmpty()) {
            commands.forEach(
                    statement -> ordinals.put(script.place(statement.start()).toString(), statement.ordinal()));
        }
        return new Exceptions(all, ordinals, today);
    }

    List<Directive.Allow> all() {
        return all;
    }

    /** The one that passes over a finding of a rule. */
    Optional<Directive.Allow> of(String rule, Place place) {
        return concerning(rule, place).filter(this::holds).findFirst();
    }

    /** What to add to a finding that was passed over once. */
    String ended(String rule, Place place) {
        return of(rule, place).isPresent()
                ? ""
                : concerning(rule, place)
                        .findFirst()
                        .map(allow -> "; the exception for it ended on " + allow.until())
                        .orElse("");
    }

    private Stream<Directive.Allow> concerning(String rule, Place place) {
        int ordinal = ordinals.getOrDefault(place.toString(), 0);
        return all.stream()
                .filter(allow -> allow.rule().equals(rule) && (allow.ordinal() == 0 || allow.ordinal() == ordinal));
    }

    private boolean holds(Directive.Allow allow) {
        return allow.until() == null || !today.isAfter(allow.until());
    }
}
