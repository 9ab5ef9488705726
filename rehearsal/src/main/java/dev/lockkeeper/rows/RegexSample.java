package dev.lockkeeper.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text that a regular expression may match, for the expressions that checks are usually made of: characters, classes, groups,
 * alternatives, repetitions, anchors. Whether it does match the server says.
 */
final class RegexSample {
    private final String pattern;
    private final int choice;
    private int at;

    private RegexSample(String pattern, int choice) {
        this.pattern = pattern;
        this.choice = choice;
    }

    /**
     * A text that the pattern takes.
     *
     * @param choice which of several characters or alternatives to take, from 0 on
     * @return empty when the pattern has something else in it
     */
    static Optional<String> of(String pattern, int choice) {
        RegexSample sample = new RegexSample(pattern, choice);
        try {
            String text = sample.alternatives();
            return sample.at == pattern.length() ? Optional.of(text) : Optional.empty();
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private String alternatives() {
        List<String> all = new ArrayList<>();
        do {
            all.add(sequence());
        } while (take('|'));
        return all.get(choice % all.size());
    }

    private String sequence() {
        StringBuilder text = new StringBuilder();
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            String atom = atom();
            text.append(atom.repeat(repetitions()));
        }
        return text.toString();
    }

    private String atom() {
        char c = pattern.charAt(at++);
        return switch (c) {
            case '^', '$' -> "";
            case '.' -> letter('a');
            case '(' -> group();
            case '[' -> oneOf();
            case '\\' -> escaped(pattern.charAt(at++));
            default -> String.valueOf(c);
        };
    }

    private String group() {
        boolean ahead = false;
        if (take('?')) {
            char kind = pattern.charAt(at++);
            ahead = kind == '!' || kind == '=';
        }
        String text = alternatives();
        at++;
        return ahead ? "" : text;
    }

    private String letter(char first) {
        return String.valueOf((char) (first + choice % 5));
    }

    private String escaped(char c) {
        return switch (c) {
            case 'd' -> letter('1');
            case 'w' -> letter('a');
            case 's' -> " ";
            case 'A', 'Z', 'm', 'M', 'y' -> "";
            case 'D', 'S', 'W' -> "-";
            default -> String.valueOf(c);
        };
    }

    private String oneOf() {
        boolean not = take('^');
        StringBuilder members = new StringBuilder();
        int start = at;
        while (at == start || pattern.charAt(at) != ']') {
            char c = pattern.charAt(at++);
            if (c == '[' && pattern.charAt(at) == ':') {
                int end = pattern.indexOf(":]", at);
                members.append(ofClass(pattern.substring(at + 1, end)));
                at = end + 2;
            } else if (c == '\\') {
                members.append(escaped(pattern.charAt(at++)));
            } else if (pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']') {
                char last = pattern.charAt(at + 1);
                at += 2;
                for (char member = c; member <= last && member - c < 5; member++) {
                    members.append(member);
                }
            } else {
                members.append(c);
            }
        }
        at++;
        String all = members.toString();
        if (!not) {
            return String.valueOf(all.charAt(choice % all.length()));
        }
        return "abcdeABC123-_"
                .chars()
                .filter(c -> all.indexOf(c) < 0)
                .skip(choice % 3)
                .mapToObj(c -> String.valueOf((char) c))
                .findFirst()
                .orElse("~");
    }

    private static String ofClass(String name) {
        return switch (name) {
            case "digit", "xdigit" -> "12345";
            case "upper" -> "ABCDE";
            case "space", "blank" -> " ";
            case "punct" -> "-.";
            default -> "abcde";
        };
    }

    private int repetitions() {
        int times = 1;
        if (take('*') || take('+')) {
            times = 1;
        } else if (take('{')) {
            int end = pattern.indexOf('}', at);
            times = Integer.parseInt(pattern.substring(at, end).replaceAll(",.*", ""));
            at = end + 1;
        } else if (!take('?')) {
            return times;
        }
        take('?');
        return Math.min(times, 500);
    }

    private boolean take(char c) {
        if (at < pattern.length() && pattern.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }
}
