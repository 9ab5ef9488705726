package dev.lockkeeper.trust;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The words and operators of statements, those inside of their strings and comments too: what is not a name does no harm.
 */
record Vocabulary(Set<String> words, Set<String> operators) {
    private static final Pattern WORD = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final Pattern OPERATOR = Pattern.compile("[-+*/<>=~!@#%^&|`?]+");
    /** SQL uses them for BETWEEN, IN, LIKE, CASE, NULLIF, DISTINCT and comparisons of rows, without their names. */
    private static final Set<String> IMPLIED =
            Set.of("=", "<>", "<", "<=", ">", ">=", "~~", "!~~", "~~*", "!~~*", "||");

    static Vocabulary of(Collection<String> texts) {
        Set<String> words = new TreeSet<>();
        Set<String> operators = new TreeSet<>(IMPLIED);
        for (String text : texts) {
            Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
            while (word.find()) {
                words.add(word.group());
            }
            Matcher operator = OPERATOR.matcher(text);
            while (operator.find()) {
                operators.add(operator.group());
            }
        }
        return new Vocabulary(words, operators);
    }

    /** An array of texts as SQL. */
    static String array(Collection<String> texts) {
        return texts.stream()
                .map(text -> "'" + text.replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "array[", "]::pg_catalog.text[]"));
    }
}
