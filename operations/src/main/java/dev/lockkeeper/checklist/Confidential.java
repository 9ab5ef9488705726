package dev.lockkeeper.checklist;

import dev.lockkeeper.problem.Secrets;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the log of a checklist must not hold: secrets that are known here, and what programs usually print them as. It cannot know each
 * form of each program.
 *
 * @param values known secrets, the longest first
 */
public record Confidential(List<String> values) {
    private static final String WORD =
            "password|passwd|passphrase|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key";

    /** Variables that say where a secret is, and not what it is. */
    private static final Pattern PLACE = Pattern.compile("(?i).*(?:_|PASS)(?:FILE|PATH|DIR|HOME|STORE)");

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(?:" + WORD + ").*|(?:.*_)?keys?(?:_.*)?|.*_pass|.*_pwd");

    /** Variables whose values may hold a secret among other things. */
    private static final Pattern ADDRESS_NAME = Pattern.compile("(?i).*(?:url|uri|dsn|conn).*");

    private static final Set<String> HARMLESS = Set.of("true", "false", "yes", "no", "on", "off", "none", "null");

    private static final String NAME = "(?<![\\w.-])[\\w.-]*(?:" + WORD + ")[\\w.-]*+";
    private static final String VALUE =
            "(\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"?|'[^'\\\\]*+(?:(?:\\\\.|'')[^'\\\\]*+)*+'?|\\S+)";

    private static final List<Pattern> FORMS = List.of(
            // files of settings, where the value goes on to the end of the line
            Pattern.compile("(?i)" + NAME + "[\"']?\\s*(?:=>|[:=])\\s+([^\\s\"'\\\\].*)"),
            Pattern.compile("(?i)" + NAME + "\\\\?[\"']?\\s*(?:=>|[:=])\\s*\\\\?" + VALUE),
            Pattern.compile("(?i)--[\\w-]*(?:" + WORD + ")(?!-?(?:file|variable|path))[\\w-]*\\s+" + VALUE),
            Pattern.compile("(?i)\\bauthorization[\"']?\\s*[:=]\\s*[\"']?(?:[a-z]+\\s+)?(\\S.*)"),
            Pattern.compile("(?i)\\bbearer\\s+([\\w.~+/=-]{16,})"),
            Pattern.compile("(?:^|\\s)(?:-u|--user)[= ]?[^\\s:]+:(\\S+)"),
            Pattern.compile("\\bmysql\\w*\\s(?:.*\\s)?-p(\\S+)"),
            Pattern.compile("(?i)\\bcookie[\"']?\\s*:\\s*(\\S.*)"),
            Pattern.compile("(?i)\\b[a-z][a-z0-9+.-]{0,30}+://[^\\s/@:]*:(\\S+)@(?=[\\w.\\[-])"),
            Pattern.compile(
                    "\\b(eyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*|gh[pousr]_\\w{20,}|glpat-[\\w-]{20,}|xox[abprs]-[\\w-]{10,})"));

    /** Such as {@code $TOKEN}: a shell takes it from where secrets are kept. */
    private static final Pattern REFERENCE = Pattern.compile("[\"']?\\$(?:\\w+|\\{\\w+}|\\(.*)(?:[\"'\\s].*)?");

    private static final int SHORT = 4;

    private static final String STARS = "****";

    public Confidential {
        values = List.copyOf(values);
    }

    /**
     * What is known of the variables of the environment, and from elsewhere.
     *
     * @param named variables that hold a password, whatever they are called
     * @param others such as the passwords of a password file
     */
    public static Confidential of(Map<String, String> variables, Collection<String> named, Collection<String> others) {
        Set<String> values = new TreeSet<>();
        variables.forEach((name, value) -> {
            boolean secret =
                    SECRET_NAME.matcher(name).matches() && !PLACE.matcher(name).matches();
            if (named.contains(name) || (secret && !HARMLESS.contains(value.toLowerCase(Locale.ROOT)))) {
                values.add(value);
            }
            if (ADDRESS_NAME.matcher(name).matches()) {
                FORMS.stream()
                        .flatMap(form -> form.matcher(value).results())
                        .forEach(found -> values.add(found.group(1)));
            }
        });
        values.addAll(others);
        return new Confidential(values.stream()
                // output is seen a line at a time, and addresses write some characters in another way
                .flatMap(String::lines)
                .flatMap(value -> Stream.of(
                        value, URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    /** The line with stars for what must not be kept; always as many, since the length of a secret helps whoever guesses it. */
    String masked(String line) {
        String shown = line;
        for (String value : values) {
            String quoted = Pattern.quote(value);
            // a short one stands in many words by chance
            String found = value.length() < SHORT ? "(?<![\\p{L}\\p{N}])" + quoted + "(?![\\p{L}\\p{N}])" : quoted;
            shown = Pattern.compile(found).matcher(shown).replaceAll(STARS);
        }
        for (Pattern form : FORMS) {
            shown = form.matcher(shown).replaceAll(Confidential::starred);
        }
        // last: in the forms of SQL a password ends where a quoted one goes on
        return Secrets.replaced(shown, STARS);
    }

    private static String starred(MatchResult found) {
        String all = found.group();
        int start = found.start(1) - found.start();
        int end = found.end(1) - found.start();
        return Matcher.quoteReplacement(all.substring(0, start) + STARS + all.substring(end));
    }

    /** Whether a command, as it would be typed, holds a secret itself and not only the name of a variable. */
    public static boolean isIn(String command) {
        return !command.equals(Secrets.masked(command))
                || FORMS.stream()
                        .flatMap(form -> form.matcher(command).results())
                        .anyMatch(found -> !REFERENCE.matcher(found.group(1)).matches());
    }
}
