package dev.lockkeeper.rows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values that a column of some type may take, as the type reads them, the likeliest first. They are only candidates: whether one is
 * taken the server says. The same type, kind and hints give the same values.
 */
final class Candidates {
    private static final int MOST = 250;
    private static final int DEEPEST = 6;

    private final Map<Long, Type> types;

    Candidates(Map<Long, Type> types) {
        this.types = types;
    }

    /**
     * @param key whether rows are told apart by it, so that its values stay small
     * @param hints what the conditions on it mention
     */
    List<String> of(long type, int typmod, Kind kind, boolean key, Hints hints) {
        return new Making(kind, key).of(type, typmod, hints, 0);
    }

    /** Whether a domain, or one below it, takes no NULL. */
    boolean requires(long oid) {
        Type type = types.get(oid);
        return type != null && type.kind().equals("d") && (type.required() || requires(type.part()));
    }

    private final class Making {
        private final Kind kind;
        private final boolean key;
        private final int n;

        Making(Kind kind, boolean key) {
            this.kind = kind;
            this.key = key;
            this.n = kind.number();
        }

        List<String> of(long oid, int typmod, Hints hints, int depth) {
            @Nullable Type type = types.get(oid);
            if (type == null || depth > DEEPEST) {
                return List.of();
            }
            Set<String> all = new LinkedHashSet<>(
                    switch (type.kind()) {
                        case "e" -> turned(type.labels());
                        case "d" ->
                            of(
                                    type.part(),
                                    type.partMod(),
                                    type.checks() == null ? hints : hints.and(Hints.of(List.of(type.checks()))),
                                    depth + 1);
                        case "r" -> ranges(of(type.part(), -1, hints, depth + 1));
                        case "m" -> {
                            List<String> multi = new ArrayList<>();
                            ranges(of(type.part(), -1, hints, depth + 1))
                                    .forEach(r -> multi.add(r.equals("empty") ? "{}" : "{" + r + "}"));
                            yield multi;
                        }
                        case "c" -> composites(type, hints, depth);
                        default ->
                            type.category().equals("A") && type.part() != 0
                                    ? arrays(of(type.part(), typmod, hints, depth + 1), hints)
                                    : base(type, typmod, hints);
                    });
            return all.stream().limit(MOST).toList();
        }

        /** Another row begins at another place. */
        private <T> List<T> turned(List<T> values) {
            List<T> turned = new ArrayList<>(values);
            Collections.rotate(turned, kind == Kind.EDGE ? 1 : kind == Kind.SPARSE ? 2 : 0);
            return turned;
        }

        private List<String> ranges(List<String> bounds) {
            List<String> ranges = new ArrayList<>();
            bounds.forEach(bound -> ranges.add("[" + quoted(bound) + "," + quoted(bound) + "]"));
            for (int i = 1; i < Math.min(bounds.size(), 8); i++) {
                ranges.add("[" + quoted(bounds.get(0)) + "," + quoted(bounds.get(i)) + ")");
                ranges.add("[" + quoted(bounds.get(i)) + "," + quoted(bounds.get(0)) + ")");
            }
            if (!bounds.isEmpty()) {
                ranges.add(kind == Kind.EDGE && !key ? 0 : ranges.size(), "[" + quoted(bounds.get(0)) + ",)");
            }
            ranges.add("empty");
            return ranges;
        }

        private List<String> arrays(List<String> elements, Hints hints) {
            List<String> arrays = new ArrayList<>();
            if (kind == Kind.EDGE && elements.size() > 1) {
                arrays.add("{" + quoted(elements.get(0)) + ",NULL," + quoted(elements.get(1)) + "}");
            }
            elements.forEach(element -> arrays.add("{" + quoted(element) + "}"));
            arrays.add("{}");
            for (int length : hints.lengths()) {
                if (length <= 200 && !elements.isEmpty()) {
                    arrays.add("{"
                            + elements.stream()
                                    .limit(length)
                                    .map(Making::quoted)
                                    .collect(Collectors.joining(",")) + "}");
                    arrays.add("{" + String.join(",", Collections.nCopies(length, quoted(elements.get(0)))) + "}");
                }
            }
            return arrays;
        }

        private List<String> composites(Type type, Hints hints, int depth) {
            List<List<String>> fields = new ArrayList<>();
            type.fields().forEach(field -> fields.add(of(field, -1, hints, depth + 1)));
            List<String> rows = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int row = i;
                rows.add("("
                        + fields.stream()
                                .map(f -> f.isEmpty() ? "" : quoted(f.get(row % f.size())))
                                .collect(Collectors.joining(","))
                        + ")");
            }
            return rows;
        }

        /** As it stands between quotes in an array, a range or a row. */
        private static String quoted(String value) {
            return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }

        private List<String> base(Type type, int typmod, Hints hints) {
            if (!type.builtIn()) {
                return type.category().equals("S")
                        ? texts(hints)
                        : List.of(
                                "plain=>" + n,
                                "plain." + n,
                                "[1,2," + n + "]",
                                "(" + n + "," + n + ")",
                                "" + n,
                                "plain");
            }
            return switch (type.name()) {
                case "bool" -> turned(List.of("true", "false"));
                case "int2" -> whole(numbers(hints, "31007", "4000"));
                case "int4" -> whole(numbers(hints, "1234567891", "4000"));
                case "int8" -> whole(numbers(hints, "9007199254740993", "4000"));
                case "oid", "xid", "cid", "xid8" -> List.of("" + (4000 + n));
                case "pg_lsn" -> List.of("0/" + (4000 + n));
                case "float4" -> numbers(hints, "0.1", "4000");
                case "float8" -> numbers(hints, "0.30000000000000004", "4000");
                case "numeric" -> numerics(typmod, hints);
                case "money" -> numbers(hints, "92233720368.55", "4000");
                case "text", "varchar", "bpchar", "name", "char" -> texts(hints);
                case "bytea" -> bytes(hints);
                case "date" -> Moments.days(kind, hints);
                case "timestamp", "timestamptz" -> Moments.of(kind, hints);
                case "time", "timetz" -> with(hints, List.of("0" + n + ":00:00", "23:59:59.999999", "00:00:00"));
                case "interval" ->
                    with(
                            hints,
                            List.of(n + " hours", "1 mon 2 days 03:04:05.678901", "1 day", "1 year", "0", "-1 day"));
                case "uuid" ->
                    with(
                            hints,
                            List.of(
                                    "00000000-0000-4000-8000-00000000000" + n,
                                    "0190b0a0-0000-7000-8000-00000000000" + n,
                                    "ffffffff-ffff-4fff-bfff-fffffffffff" + n));
                case "json", "jsonb", "jsonpath" -> Documents.of(type.name(), kind, hints);
                case "xml" -> List.of("<plain n=\"" + n + "\"/>", "<a>&amp; \u00fc<!-- note --></a>");
                case "inet" -> with(hints, List.of("192.0.2." + n, "2001:db8::" + n + "/64", "192.0.2.0/24"));
                case "cidr" -> with(hints, List.of("192.0.2." + n + "/32", "2001:db8::/32", "192.0.2.0/24"));
                case "macaddr" -> List.of("08:00:2b:01:02:0" + n);
                case "macaddr8" -> List.of("08:00:2b:01:02:03:04:0" + n);
                case "bit", "varbit" -> bits(hints);
                case "point" -> List.of("(" + n + ",2)", "(0.1,-0.2)");
                case "line" -> List.of("{1,-1," + n + "}");
                case "lseg", "box" -> List.of("(" + n + ",2),(0,0)");
                case "path", "polygon" -> List.of("((0,0),(1," + n + "),(1,0))");
                case "circle" -> List.of("<(0,0)," + n + ">");
                case "tsvector" -> List.of("'plain':" + n, "'edge''s':2A 'b'");
                case "tsquery" -> List.of("'plain' & '" + n + "'");
                case "regclass" -> List.of("pg_catalog.pg_class");
                case "regtype" -> List.of("pg_catalog.int4");
                case "regrole" -> List.of("pg_read_all_data");
                case "regnamespace" -> List.of("pg_catalog");
                case "regproc",
                        "regprocedure",
                        "regoper",
                        "regoperator",
                        "regconfig",
                        "regdictionary",
                        "regcollation" -> List.of("-", "simple");
                case "pg_snapshot", "txid_snapshot" -> List.of("10:20:1" + n);
                case "int2vector", "oidvector" -> List.of("1 " + n);
                default -> List.of("" + n, "plain", "{}");
            };
        }

        private List<String> with(Hints hints, List<String> values) {
            List<String> all = new ArrayList<>(kind == Kind.EDGE && !key ? edgeFirst(values) : values);
            all.addAll(hints.strings());
            return all;
        }

        private List<String> edgeFirst(List<String> values) {
            List<String> turned = new ArrayList<>(values);
            Collections.rotate(turned, -1);
            return turned;
        }

        private List<String> numbers(Hints hints, String edge, String base) {
            List<String> numbers = new ArrayList<>();
            String plain = new BigInteger(base).add(BigInteger.valueOf(n)).toString();
            if (kind == Kind.EDGE && !key) {
                numbers.add(edge);
            }
            numbers.add(plain);
            numbers.addAll(turned(hints.near()));
            numbers.addAll(turned(List.of("" + n, "1" + n, "100", "0", "0.5", "50", "-" + n)));
            return numbers;
        }

        private static List<String> whole(List<String> numbers) {
            return numbers.stream().filter(number -> number.indexOf('.') < 0).toList();
        }

        private List<String> numerics(int typmod, Hints hints) {
            String edge = "12345678901234567890.1234567890";
            if (typmod >= 4) {
                // make_numeric_typmod of numeric.c: precision above, scale in the lowest eleven bits, signed
                int precision = ((typmod - 4) >> 16) & 0xffff;
                int scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
                edge = new BigDecimal(BigInteger.TEN.pow(precision).subtract(BigInteger.ONE), scale).toPlainString();
            }
            List<String> numbers = new ArrayList<>(numbers(hints, edge, "4000"));
            if (!key) {
                numbers.add(kind == Kind.EDGE ? 1 : 0, "4" + n + ".50");
            }
            numbers.add("0.0" + n);
            return numbers;
        }

        private List<String> texts(Hints hints) {
            List<String> texts = new ArrayList<>();
            if (kind == Kind.EDGE && !key) {
                texts.add("O'Edge \"2\"\\ \u00fc\u6f22\ud83d\ude00 %_\ttab ");
            }
            texts.add("plain " + n);
            for (String hint : turned(List.copyOf(new LinkedHashSet<>(hints.strings())))) {
                texts.add(hint);
                if (hint.matches("(?s).*[%_].*")) {
                    texts.add(hint.replace('%', 'x').replace('_', 'x'));
                }
                RegexSample.of(hint, n - 1).ifPresent(texts::add);
                RegexSample.of(hint, n).ifPresent(texts::add);
            }
            texts.addAll(List.of(
                    "plain-" + n,
                    "plain" + n,
                    "PLAIN" + n,
                    "P" + n,
                    "p" + n,
                    "" + n,
                    "plain" + n + "@example.com",
                    "https://example.com/" + n,
                    "UTC",
                    "en",
                    "EUR",
                    "#00000" + n,
                    "1.2." + n));
            for (int length : hints.lengths()) {
                texts.add("x".repeat(Math.max(0, length - 1)) + n);
                texts.add(("" + n).repeat(length));
                texts.add("abcdef0123456789".repeat(length / 16 + 1).substring(0, length));
            }
            texts.add("");
            return texts;
        }

        private List<String> bytes(Hints hints) {
            List<String> bytes = new ArrayList<>();
            if (kind == Kind.EDGE && !key) {
                bytes.add("\\x00ff5c27");
            }
            bytes.add("\\x0" + n);
            hints.lengths().forEach(length -> bytes.add("\\x" + ("0" + n).repeat(length)));
            bytes.add("\\x");
            return bytes;
        }

        private List<String> bits(Hints hints) {
            List<String> bits = new ArrayList<>(List.of("1".repeat(n), "0", "1"));
            bits.addAll(hints.strings());
            hints.lengths().forEach(length -> bits.add("1".repeat(length)));
            return bits;
        }
    }
}
