package dev.lockkeeper.project;

import dev.lockkeeper.problem.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value of a YAML file as it stands there: what it means is for whoever asked for it. */
public sealed interface YamlValue {
    /** What stands for no value beside {@code null} and nothing at all. */
    Set<String> NULLS = Set.of("~", "Null", "NULL");

    /** Where it stands. */
    Place place();

    /** Its tag, such as {@code !find}, or what YAML takes it for, such as {@code tag:yaml.org,2002:int}. */
    String tag();

    /** A single value. */
    record Text(Place place, String tag, String text) implements YamlValue {
        private static final String NULL = "tag:yaml.org,2002:null";

        /** Whether YAML takes it for no value. */
        public boolean isNull() {
            return tag.equals(NULL);
        }
    }

    /** Values in their order. */
    record Items(Place place, String tag, List<YamlValue> items) implements YamlValue {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Values by their names, in the order of the file. */
    record Fields(Place place, String tag, Map<String, YamlValue> fields) implements YamlValue {}

    /** Whether the file gives it a tag of its own. */
    default boolean isTagged() {
        return tag().startsWith("!");
    }

    static YamlValue of(Node node, Function<Node, Place> place) {
        String tag = node.getTag().getValue();
        if (node instanceof ScalarNode scalar) {
            // the reader knows null alone; without quotes YAML 1.2 (10.3.2, "Tag Resolution") has these as well
            boolean none = scalar.getScalarStyle() == ScalarStyle.PLAIN
                    && tag.equals(Tag.STR.getValue())
                    && NULLS.contains(scalar.getValue());
            return new Text(place.apply(node), none ? Text.NULL : tag, scalar.getValue());
        }
        if (node instanceof SequenceNode sequence) {
            List<YamlValue> items = new ArrayList<>();
            sequence.getValue().forEach(item -> items.add(of(item, place)));
            return new Items(place.apply(node), tag, items);
        }
        Map<String, YamlValue> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : ((MappingNode) node).getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            fields.put(key, of(tuple.getValueNode(), place));
        }
        return new Fields(place.apply(node), tag, fields);
    }
}
