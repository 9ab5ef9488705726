package dev.lockkeeper.problem;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps out of what people read the passwords that a line of SQL or a word of the server holds. */
public final class Secrets {
    private static final List<Pattern> PLACES = List.of(
            // within a string, where each quote stands twice
            Pattern.compile("(?i)password\"?\\s+(?:e|n|u&)?''((?:(?!'').)+)''"),
            // CREATE ROLE and CREATE USER MAPPING
            Pattern.compile("(?i)password\"?\\s+(?:e|n|u&)?'((?:[^']|'')*)"),
            Pattern.compile("(?i)password\"?\\s+(\\$\\w*\\$.*)"),
            // connection strings, of subscriptions and of dblink
            Pattern.compile("(?i)password\\s*=\\s*(?:''|\\\\')((?:(?!''|\\\\').)*)"),
            Pattern.compile("(?i)password\\s*=\\s*([^\\s'\\\\&;]+)"),
            Pattern.compile("(?i)\\bpostgres(?:ql)?://[^\\s/@:']*:([^\\s/']+)@"));

    private Secrets() {}

    /** The text with stars for a password, as many as it has characters, so that a column stays what it is; null for null. */
    public static @Nullable String masked(@Nullable String text) {
        return text == null ? null : replaced(text, secret -> "*".repeat(secret.codePointCount(0, secret.length())));
    }

    /** The text with the same in place of each password, so that not even its length is told. */
    public static String replaced(String text, String sign) {
        return replaced(text, secret -> sign);
    }

    private static String replaced(String text, UnaryOperator<String> signs) {
        String shown = text;
        for (Pattern place : PLACES) {
            shown = place.matcher(shown).replaceAll(found -> {
                String all = found.group();
                int start = found.start(1) - found.start();
                int end = found.end(1) - found.start();
                return Matcher.quoteReplacement(
                        all.substring(0, start) + signs.apply(all.substring(start, end)) + all.substring(end));
            });
        }
        return shown;
    }
}
