package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.project.YamlValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events, and the rows that must come of them: a test of a definition, on whatever engine computes it.
 *
 * @param given events by the columns of the source; those that are left out have no value
 * @param expected rows by the columns of the target; columns that are left out are not looked at
 */
public record Example(String name, Place place, List<Row> given, List<Row> expected) {
    public Example {
        given = List.copyOf(given);
        expected = List.copyOf(expected);
    }

    /** A row as the file says it. */
    public record Row(Place place, Map<String, YamlValue.Text> values) {
        public Row {
            values = new LinkedHashMap<>(values);
        }
    }
}
