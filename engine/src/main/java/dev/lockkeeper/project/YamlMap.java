package dev.lockkeeper.project;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One mapping of a YAML file. Collects problems instead of throwing, so that all are reported at once. Not thread-safe. */
public final class YamlMap {
    /** Keys beside which somebody may write a secret itself. */
    private static final Pattern HOLDS_SECRET = Pattern.compile("password|token");

    private static final Pattern SECRET = Pattern.compile("(?i)pass|secret|pwd|://[^/\\s]*@");

    private final Code code;
    private final Node node;
    private final String file;
    private final List<String> lines;
    private final List<Problem> problems;
    private final Node self;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();

    /** @param code of the problems */
    YamlMap(Code code, String file, List<String> lines, List<Problem> problems, Node node) {
        this.code = code;
        this.node = node;
        this.file = file;
        this.lines = lines;
        this.problems = problems;
        this.self = node;
        if (!(node instanceof MappingNode mapping)) {
            report(node, "a mapping of keys to values is expected here", "write it as KEY: VALUE");
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                report(tuple.getKeyNode(), "a key must be plain text", "write it as KEY: VALUE");
                continue;
            }
            String key = scalar.getValue();
            if (values.put(key, tuple.getValueNode()) != null) {
                report(tuple.getKeyNode(), "the key " + key + " stands here twice", "remove one of them");
            }
            keys.put(key, tuple.getKeyNode());
        }
    }

    /** Whether a key is there. */
    public boolean has(String key) {
        asked.add(key);
        return values.containsKey(key);
    }

    /** The text of a key; empty when it is absent or has no value. */
    public Optional<String> text(String key) {
        Node node = node(key);
        if (node == null || isNull(node)) {
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            report(node, key + " must be a single value", "write it as " + key + ": VALUE");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue());
    }

    /** Whether the value of a key is a list and no single value. */
    public boolean isList(String key) {
        return node(key) instanceof SequenceNode;
    }

    /** The texts of a list; a single value is a list too, its parts divided by commas. Empty when the key is absent. */
    public List<String> list(String key) {
        Node node = node(key);
        if (!(node instanceof SequenceNode sequence)) {
            return text(key).stream()
                    .flatMap(text -> Pattern.compile(",").splitAsStream(text))
                    .map(String::strip)
                    .toList();
        }
        List<String> texts = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            if (item instanceof ScalarNode scalar && !isNull(item)) {
                texts.add(scalar.getValue());
            } else {
                report(item, "an item of " + key + " must be a single value", "write it as " + key + ": [ONE, TWO]");
            }
        }
        return texts;
    }

    /** One of some words. */
    public Optional<String> word(String key, List<String> allowed) {
        Optional<String> value = text(key);
        if (value.isPresent() && !allowed.contains(value.get())) {
            reportValue(
                    key,
                    value.get() + " is not a value of " + key,
                    Nearest.to(value.get(), allowed)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("allowed are " + String.join(", ", allowed)));
            return Optional.empty();
        }
        return value;
    }

    public Optional<YamlMap> map(String key) {
        Node node = node(key);
        return node == null || isNull(node)
                ? Optional.empty()
                : Optional.of(new YamlMap(code, file, lines, problems, node));
    }

    /** The mappings of a list; empty when the key is absent. */
    public List<YamlMap> maps(String key) {
        Node node = node(key);
        if (node == null || isNull(node)) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            report(node, key + " must be a list", "write each item on a line of its own, after a hyphen");
            return List.of();
        }
        return sequence.getValue().stream()
                .map(item -> new YamlMap(code, file, lines, problems, item))
                .toList();
    }

    /** The value of a key as it stands, with what is in it; empty when the key is absent. */
    public Optional<YamlValue> value(String key) {
        return Optional.ofNullable(node(key))
                .map(node -> YamlValue.of(node, one -> place(file, lines, one.getStartMark())));
    }

    /** Reports something about a place of the file. */
    public void report(Place place, String message, String help) {
        problems.add(Problem.of(code, message).at(place).help(help));
    }

    /** Whether the value of a key is a mapping. */
    public boolean isMap(String key) {
        return node(key) instanceof MappingNode;
    }

    /** Whether a key is there without a value, or with the value null. */
    public boolean isEmpty(String key) {
        Node node = node(key);
        return node != null && isNull(node);
    }

    /** Where a key stands, and the file where it is absent. */
    public Place placeOfKey(String key) {
        Node node = keys.get(key);
        return node == null ? Place.of(file) : place(file, lines, node.getStartMark());
    }

    /** Where the mapping stands. */
    public Place place() {
        return place(file, lines, node.getStartMark());
    }

    /** Where the value of a key stands. */
    public Place place(String key) {
        Node node = values.get(key);
        return node == null ? Place.of(file) : place(file, lines, node.getStartMark());
    }

    /** All keys with their texts; a key without a value maps to null. */
    public Map<String, @Nullable String> texts() {
        Map<String, @Nullable String> all = new LinkedHashMap<>();
        values.keySet().forEach(key -> all.put(key, text(key).orElse(null)));
        return all;
    }

    /** All keys, in their order. */
    public List<String> keys() {
        return new ArrayList<>(values.keySet());
    }

    /** Reports the keys that nobody asked for. */
    public void finish() {
        for (Map.Entry<String, Node> key : keys.entrySet()) {
            if (!asked.contains(key.getKey())) {
                Place place = place(file, lines, key.getValue().getStartMark());
                Optional<String> meant = Nearest.to(key.getKey(), asked);
                boolean plain =
                        meant.filter(one -> !HOLDS_SECRET.matcher(one).find()).isPresent();
                problems.add(Problem.of(code, "the key " + key.getKey() + " is not known here")
                        .at(plain ? place : withoutValue(place))
                        .help(meant.map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", asked))));
            }
        }
    }

    /** Reports a key that must not be there, and is not a name to suggest. */
    void refuse(String key, String message, String help) {
        if (keys.remove(key) != null) {
            reportValue(key, message, help);
        }
    }

    /** Reports something about the mapping as a whole, unless it is none, which has been reported. */
    public void report(String message, String help) {
        if (node instanceof MappingNode) {
            report(node, message, help);
        }
    }

    /** Reports something about the value of a key. */
    public void reportValue(String key, String message, String help) {
        Node node = values.get(key);
        if (node != null) {
            report(node, message, help);
        }
    }

    /** Reports something about one item of a list, or about its key where the items share one value. */
    public void reportItem(String key, int index, String message, String help) {
        if (values.get(key) instanceof SequenceNode sequence) {
            report(sequence.getValue().get(index), message, help);
        } else {
            reportValue(key, message, help);
        }
    }

    /** Whether a key that is not there was meant by one that is not known, which is reported. */
    public boolean isMistyped(String key) {
        return !values.containsKey(key)
                && keys.keySet().stream()
                        .anyMatch(one -> !asked.contains(one)
                                && Nearest.to(one, List.of(key)).isPresent());
    }

    /** Reports something about the mapping as a whole. */
    public void reportSelf(String message, String help) {
        report(self, message, help);
    }

    /** Reports something about a key itself. */
    public void reportKey(String key, String message, String help) {
        Node node = keys.get(key);
        if (node != null) {
            report(node, message, help);
        }
    }

    private @Nullable Node node(String key) {
        asked.add(key);
        return values.get(key);
    }

    /** What an unknown key holds may be a secret whose key was mistyped. */
    private static Place withoutValue(Place place) {
        String line = place.sourceLine();
        int colon = line == null ? -1 : line.indexOf(':', Math.max(0, place.column() - 1));
        return new Place(
                place.file(),
                place.line(),
                place.column(),
                line == null || colon < 0 ? null : line.substring(0, colon + 1) + " ...");
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private void report(Node node, String message, String help) {
        problems.add(Problem.of(code, message)
                .at(place(file, lines, node.getStartMark()))
                .help(help));
    }

    static Place place(String file, List<String> lines, Optional<Mark> mark) {
        return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1, shown(lines, m.getLine())))
                .orElse(Place.of(file));
    }

    /** A line as it may be shown; null for one that may hold a secret. */
    private static @Nullable String shown(List<String> lines, int index) {
        return index < lines.size() && !SECRET.matcher(lines.get(index)).find() ? lines.get(index) : null;
    }
}
