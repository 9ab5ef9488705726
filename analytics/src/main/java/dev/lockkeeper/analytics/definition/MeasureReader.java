package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.project.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a rollup adds up; problems are collected by the file. */
final class MeasureReader {
    private static final String HELP = "write count, {sum: COLUMN}, or {count-if: {column: COLUMN, is: VALUE}}";

    private MeasureReader() {}

    static List<Measure> read(YamlMap map) {
        List<Measure> measures = new ArrayList<>();
        Optional<YamlMap> all = map.map("measures");
        all.ifPresent(named -> named.keys().forEach(into -> measure(named, into).ifPresent(measures::add)));
        if (all.isEmpty() || all.get().keys().isEmpty()) {
            map.report("nothing is added up", "write measures: {request_count: count}");
        }
        return measures;
    }

    private static Optional<Measure> measure(YamlMap all, String into) {
        if (!all.isMap(into)) {
            Optional<String> word = all.isEmpty(into) ? Optional.empty() : all.text(into);
            if (word.isEmpty() || !word.get().equals("count")) {
                all.report(all.place(into), "this says no measure", HELP);
                return Optional.empty();
            }
            return Optional.of(new Measure.Count(all.placeOfKey(into), into));
        }
        YamlMap map = all.map(into).orElseThrow();
        Optional<Measure> measure = Optional.empty();
        if (map.has("sum") == map.has("count-if")) {
            map.report("this says no measure", HELP);
        } else if (map.has("sum")) {
            List<String> columns = map.list("sum");
            if (columns.isEmpty()) {
                map.report("what is added up is not said", "write {sum: COLUMN} or {sum: [COLUMN, COLUMN]}");
            } else {
                measure = Optional.of(new Measure.Sum(all.placeOfKey(into), into, columns, scale(map)));
            }
        } else {
            measure = map.map("count-if")
                    .flatMap(MeasureReader::condition)
                    .map(condition -> new Measure.CountIf(all.placeOfKey(into), into, condition));
        }
        map.finish();
        return measure;
    }

    private static @Nullable Integer scale(YamlMap map) {
        Optional<String> text = map.text("scale");
        if (text.isPresent() && !text.get().matches("\\d{1,2}")) {
            map.reportValue("scale", text.get() + " is not a number of decimals", "write one from 0 to 99");
            return null;
        }
        return text.map(Integer::parseInt).orElse(null);
    }

    private static Optional<Condition> condition(YamlMap map) {
        String column = map.text("column").orElse("");
        if (column.isEmpty()) {
            map.report("whose values are compared is not said", "write column: COLUMN");
        }
        Condition.Operator operator = map.has("operator")
                ? map.word("operator", Condition.Operator.words())
                        .map(Condition.Operator::of)
                        .orElse(Condition.Operator.EQUAL)
                : map.isList("is") ? Condition.Operator.IN : Condition.Operator.EQUAL;
        List<Literal> values = values(map);
        boolean fits = operator.takesNone()
                ? values.isEmpty()
                : operator == Condition.Operator.IN ? !values.isEmpty() : values.size() == 1;
        if (!fits) {
            map.report(
                    "this compares with " + (values.isEmpty() ? "nothing" : "too much"),
                    "write {column: status, is: error}, {column: status, is: [error, lost]},"
                            + " {column: size, operator: \">\", is: 10}, or {column: model, operator: is null}");
        }
        if (operator.isOrder() && values.stream().anyMatch(one -> one.kind() != Literal.Kind.NUMBER)) {
            map.reportValue(
                    "is",
                    "only numbers have an order that is the same everywhere",
                    "compare with a number, or with is:");
        }
        if (values.stream().map(Literal::kind).distinct().count() > 1) {
            map.reportValue("is", "these values are not of one kind", "write all as text, with quotes, or none");
        }
        map.finish();
        return fits && !column.isEmpty()
                ? Optional.of(new Condition(map.place(), column, operator, values))
                : Optional.empty();
    }

    private static List<Literal> values(YamlMap map) {
        List<Literal> values = new ArrayList<>();
        List<YamlValue> written = map.value("is")
                .map(value -> value instanceof YamlValue.Items items ? items.items() : List.of(value))
                .orElse(List.of());
        for (YamlValue value : written) {
            Literal.of(value)
                    .ifPresentOrElse(
                            values::add,
                            () -> map.report(
                                    value.place(),
                                    "this is no value to compare with",
                                    "write a text, a number, true or false; for null say operator: is null"));
        }
        return values;
    }
}
