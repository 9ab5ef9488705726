package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The declared tokens and their values. Only {@code ${name}} of a declared name is replaced, wherever it stands.
 *
 * @param declared all names that may be replaced
 * @param values the values known so far
 * @param strict whether an undeclared {@code ${name}} is an error
 */
public record Tokens(Set<String> declared, Map<String, String> values, boolean strict) {
    private static final Pattern TOKEN = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.-]*)}");

    public Tokens {
        declared = Set.copyOf(declared);
        values = Map.copyOf(values);
    }

    /** No token at all: every text stays as it is. */
    public static Tokens none() {
        return new Tokens(Set.of(), Map.of(), false);
    }

    /** The same with more of them, whose values win; a null value is declared without a value, unless there is one already. */
    public Tokens with(Map<String, @Nullable String> more) {
        Set<String> names = new HashSet<>(declared);
        names.addAll(more.keySet());
        Map<String, String> all = new HashMap<>(values);
        more.forEach((name, value) -> {
            if (value != null) {
                all.put(name, value);
            }
        });
        return new Tokens(names, all, strict);
    }

    /** The values of the names that are replaced. */
    Map<String, String> replaced() {
        Map<String, String> replaced = new HashMap<>(values);
        replaced.keySet().retainAll(declared);
        return replaced;
    }

    /** Tells of the tokens of a text what is wrong with them, each name once. */
    void check(
            Map<String, Integer> names, IntFunction<Place> places, List<Problem> errors, Consumer<Problem> warnings) {
        names.forEach((name, offset) -> {
            if (!declared.contains(name)) {
                undeclared(places.apply(offset), name, errors, warnings);
            } else if (!values.containsKey(name)) {
                errors.add(withoutValue(places.apply(offset), name));
            }
        });
    }

    SourceText render(SourceText template, List<Problem> errors, Consumer<Problem> warnings) {
        String text = template.text();
        if (text.indexOf("${") < 0) {
            return template;
        }
        Matcher matcher = TOKEN.matcher(text);
        SourceText.Builder out = template.edit();
        Set<String> undeclared = new TreeSet<>();
        int kept = 0;
        while (matcher.find()) {
            String name = matcher.group(1);
            String value = values.get(name);
            if (!declared.contains(name)) {
                if (undeclared.add(name)) {
                    undeclared(template.place(matcher.start()), name, errors, warnings);
                }
            } else if (value == null) {
                errors.add(withoutValue(template.place(matcher.start()), name));
            } else {
                out.keep(kept, matcher.start()).replace(matcher.start(), value);
                kept = matcher.end();
            }
        }
        return out.keep(kept, text.length()).build();
    }

    private static Problem withoutValue(Place place, String name) {
        return Problem.of(Code.TOKEN_WITHOUT_VALUE, "the token ${" + name + "} has no value")
                .at(place)
                .because("it is declared in lockkeeper.yaml, but neither the project nor the environment nor"
                        + " the command line gives it a value")
                .help("add a value under tokens: in lockkeeper.yaml, or pass --set " + name + "=VALUE");
    }

    private void undeclared(Place place, String name, List<Problem> errors, Consumer<Problem> warnings) {
        Problem problem = Problem.of(
                        Code.TOKEN_UNDECLARED, "${" + name + "} is not a declared token and stays as it is")
                .at(place)
                .help("declare it under tokens: in lockkeeper.yaml if it should be replaced");
        if (strict) {
            errors.add(problem.because("the project says strict-tokens: true"));
        } else {
            warnings.accept(problem);
        }
    }
}
