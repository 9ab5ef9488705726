package dev.lockkeeper.stewardship.volume;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The makers that files can name. */
final class Makers {
    private static final List<String> WORDS = List.of(
            ("amber anchor apple arrow autumn bamboo basin beacon birch blossom breeze bridge bright brook cabin candle canyon"
                            + " cedar circle clover cloud coast copper coral cotton crane crystal daisy dawn delta desert drift eagle"
                            + " early ember evening falcon feather fern field flint forest fountain garden gentle glacier golden grain"
                            + " granite grove harbor harvest hazel hollow honey horizon island ivory jasmine juniper kettle lagoon lantern"
                            + " laurel lemon light linen little lunar maple marble meadow mellow mint morning moss mountain nectar noble"
                            + " north ocean olive orchard otter paper pebble pepper pine planet plum prairie quartz quiet rain raven"
                            + " reef ribbon ridge river robin saffron sage sand shadow silver sky slate snow south sparrow spring star"
                            + " stone storm summer sun thistle thunder tidal timber topaz trail tulip valley velvet violet walnut water"
                            + " wave west willow wind winter wood yarrow")
                    .split(" "));

    private Makers() {}

    static Function<ColumnShape, Maker> sequence(long start, long step) {
        return shape -> (row, draw) -> Long.toString(start + row.number() * step);
    }

    /** Of version 4 by its bits (RFC 9562). */
    static Function<ColumnShape, Maker> uuid() {
        return shape -> (row, draw) ->
                new UUID((draw.next() & ~0xf000L) | 0x4000L, (draw.next() & ~(3L << 62)) | (2L << 62)).toString();
    }

    /** Of version 7 by its bits, so that later rows come later in an index; the time in it is the number of the row. */
    static Function<ColumnShape, Maker> orderedUuid() {
        return shape -> (row, draw) -> new UUID(
                        (row.number() << 16) | 0x7000L | (draw.next() & 0xfffL),
                        (draw.next() & ~(3L << 62)) | (2L << 62))
                .toString();
    }

    static Function<ColumnShape, Maker> choice(Map<String, Double> words) {
        List<String> all = List.copyOf(words.keySet());
        Weights weights = Weights.of(words.values().stream().mapToDouble(w -> w).toArray());
        return shape -> (row, draw) -> all.get(weights.take(draw));
    }

    static Function<ColumnShape, Maker> between(double least, double most) {
        return shape -> shape.isWhole()
                ? (row, draw) -> Long.toString((long) least + draw.below((long) most - (long) least + 1))
                : (row, draw) -> shape.number(least + draw.unit() * (most - least));
    }

    static Function<ColumnShape, Maker> normal(double mean, double deviation, double least, double most) {
        return shape -> (row, draw) -> shape.number(Math.max(least, Math.min(most, mean + deviation * draw.normal())));
    }

    static Function<ColumnShape, Maker> zipf(Weights weights) {
        return shape -> (row, draw) -> Integer.toString(weights.take(draw));
    }

    static Function<ColumnShape, Maker> time(Moments moments) {
        return shape -> {
            String type = shape.builtIn();
            return (row, draw) -> Moments.text(moments.take(draw), type);
        };
    }

    static Function<ColumnShape, Maker> words(int least, int most) {
        return shape -> (row, draw) -> {
            long count = least + draw.below(most - least + 1L);
            StringBuilder text = new StringBuilder();
            for (long i = 0; i < count; i++) {
                text.append(i == 0 ? "" : " ").append(word(draw));
            }
            return shape.fitting(text.toString());
        };
    }

    private static String word(Draw draw) {
        return WORDS.get((int) draw.below(WORDS.size()));
    }

    /** Another one for each row. */
    static Function<ColumnShape, Maker> email(String domain) {
        return shape -> (row, draw) -> word(draw) + "." + word(draw) + (row.number() + 1) + "@" + domain;
    }

    static Function<ColumnShape, Maker> template(Template template) {
        return shape -> (row, draw) -> template.fill(row);
    }

    static Function<ColumnShape, Maker> expression(Expression expression) {
        return shape -> (row, draw) -> {
            BigDecimal value = expression.value(row);
            return value == null ? null : shape.number(value);
        };
    }

    static Function<ColumnShape, Maker> cases(
            String column, Map<String, String> when, List<String> nulls, @Nullable String otherwise) {
        return shape -> (row, draw) -> {
            String value = row.value(column);
            return value == null || nulls.contains(value)
                    ? (value == null ? otherwise : null)
                    : when.getOrDefault(value, otherwise);
        };
    }

    static Function<ColumnShape, Maker> constant(@Nullable String value) {
        return shape -> (row, draw) -> value;
    }

    static Function<ColumnShape, Maker> chance(double share) {
        return shape -> (row, draw) -> draw.unit() < share ? "true" : "false";
    }

    static Function<ColumnShape, Maker> bytes(int length) {
        return shape -> (row, draw) -> "\\x" + digits(length * 2, draw);
    }

    static Function<ColumnShape, Maker> hex(int digits) {
        return shape -> (row, draw) -> digits(digits, draw);
    }

    private static String digits(int count, Draw draw) {
        StringBuilder digits = new StringBuilder(count + 16);
        while (digits.length() < count) {
            digits.append(HexFormat.of().toHexDigits(draw.next()));
        }
        digits.setLength(count);
        return digits.toString();
    }

    /** What can be told from the type alone; null for a type of which nothing is known. */
    static @Nullable Maker ofType(ColumnShape shape) {
        if (!shape.labels().isEmpty()) {
            List<String> labels = shape.labels();
            return (row, draw) -> labels.get((int) draw.below(labels.size()));
        }
        if (shape.base().array()) {
            return (row, draw) -> "{}";
        }
        if (shape.isText()) {
            return words(2, 4).apply(shape);
        }
        if (shape.isWhole()) {
            return between(1, 1000).apply(shape);
        }
        return switch (shape.builtIn()) {
            case "bool" -> chance(0.5).apply(shape);
            case "numeric" ->
                between(0, Math.pow(10, Math.min(3, room(shape))) - 1).apply(shape);
            case "float4", "float8", "money" -> between(0, 999).apply(shape);
            case "uuid" -> uuid().apply(shape);
            case "date", "timestamp", "timestamptz" ->
                time(new Moments(YEAR_FROM, YEAR_TO, Moments.Rhythm.EVEN)).apply(shape);
            case "json", "jsonb" -> (row, draw) -> "{}";
            case "bytea" -> bytes(16).apply(shape);
            case "time" -> (row, draw) -> String.format("%02d:%02d:00", draw.below(24), draw.below(60));
            case "interval" -> (row, draw) -> draw.below(1440) + " minutes";
            case "inet", "cidr" ->
                (row, draw) -> "10." + draw.below(256) + "." + draw.below(256) + "." + draw.below(256);
            case "int4range", "int8range", "numrange" ->
                (row, draw) -> {
                    long from = draw.below(1000);
                    return "[" + from + "," + (from + 1 + draw.below(100)) + ")";
                };
            case "daterange" ->
                (row, draw) -> "["
                        + Moments.text(YEAR_FROM + draw.below((YEAR_TO - YEAR_FROM) / 2), "date") + ","
                        + Moments.text(YEAR_TO, "date") + ")";
            default -> null;
        };
    }

    private static final long YEAR_FROM = Moments.parse("2025-01-01").orElseThrow();
    private static final long YEAR_TO = Moments.parse("2026-01-01").orElseThrow();

    /** Digits before the point. */
    private static int room(ColumnShape shape) {
        return shape.base().precision().orElse(7) - shape.base().scale().orElse(4);
    }
}
