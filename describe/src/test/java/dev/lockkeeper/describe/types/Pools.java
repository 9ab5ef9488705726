package dev.lockkeeper.describe.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Values that are likely to be taken, and values that are likely to be mistaken, as texts of JSON. */
final class Pools {
    private static final List<String> WRONG = List.of(
            "null",
            "true",
            "0",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "1.5",
            "-1",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"null\"",
            "[null]",
            "[[1]]");
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "A",
            "x",
            "ok",
            "a  ",
            "  a",
            "abc",
            "ABC",
            "ABC_1",
            "abcdef",
            "abcde ",
            "abcde  x",
            "é",
            "É",
            "ß",
            "İ",
            "naïve 😀",
            "😀😀😀😀",
            "😀😀😀😀😀",
            "a\nb",
            "a\n",
            "\t",
            "it's",
            "a\\b",
            "%",
            "_",
            "X_1",
            "root@x.y",
            "ROOT@X.Y",
            "a@b.cc",
            "Some.One@example.org",
            "a@b",
            "\u2028",
            "NULL",
            "{}",
            "[]",
            "two",
            "evil",
            "é".repeat(6),
            "a".repeat(300));

    private final Described described;
    private final Random random;
    private final List<String> hints;

    /** @param hints constants of conditions, as text */
    Pools(Described described, Random random, List<String> hints) {
        this.described = described;
        this.random = random;
        this.hints = hints;
    }

    String value(Shape shape) {
        return random.nextInt(100) < 12 ? one(WRONG) : likely(shape);
    }

    /** One of a key that nobody has had yet, as far as there is chance. */
    String fresh(Shape shape) {
        Shape bare = described.bare(shape);
        if (bare == Shape.Scalar.UUID) {
            return Documents.string(randomUuid());
        } else if (bare == Shape.Scalar.BIGINT) {
            return Documents.string(Long.toString(random.nextInt(1 << 30)));
        } else if (bare == Shape.Scalar.INTEGER) {
            return Integer.toString(random.nextInt(1 << 30));
        }
        return value(shape);
    }

    private String one(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }

    private String quoted(String... texts) {
        return Documents.string(one(List.of(texts)));
    }

    private String text() {
        return Documents.string(!hints.isEmpty() && random.nextInt(3) == 0 ? one(hints) : one(TEXTS));
    }

    private String number(String... numbers) {
        List<String> all = new ArrayList<>(List.of(numbers));
        hints.stream()
                .filter(h -> h.matches("-?[0-9]{1,9}"))
                .forEach(h -> all.addAll(
                        List.of(h, String.valueOf(Long.parseLong(h) + 1), String.valueOf(Long.parseLong(h) - 1))));
        return one(all);
    }

    private String likely(Shape shape) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar);
        } else if (shape instanceof Shape.Varchar || shape instanceof Shape.Char) {
            return text();
        } else if (shape instanceof Shape.Numeric) {
            return Documents.string(number(
                    "0",
                    "1",
                    "-1",
                    "0.5",
                    "0.25",
                    "1.005",
                    "999.994",
                    "999.995",
                    "999.996",
                    "1000.5",
                    "1000.505",
                    "99.995",
                    "-0.005",
                    "1e2",
                    "1e-3",
                    "1.50",
                    "+2",
                    ".5",
                    "5.",
                    "NaN",
                    "Infinity",
                    "-Infinity",
                    "1e30",
                    "12345678901234567890.123456789",
                    "0.00123",
                    "0.001235",
                    "12345",
                    "12350",
                    "99949",
                    "99950",
                    "0x1F",
                    "1_000",
                    " 1 ",
                    "-0",
                    "1e-30"));
        } else if (shape instanceof Shape.ListOf list) {
            int size = random.nextInt(5);
            return Stream.generate(() -> random.nextInt(8) == 0 ? "null" : likely(list.element()))
                    .limit(size)
                    .toList()
                    .toString();
        } else if (shape instanceof Shape.Named named) {
            return named(named);
        }
        return opaque((Shape.Opaque) shape);
    }

    private String scalar(Shape.Scalar scalar) {
        return switch (scalar) {
            case BOOLEAN -> one(List.of("true", "false", "\"true\"", "\"t\""));
            case SMALLINT -> number("0", "1", "-32768", "32767", "32768", "-32769", "7");
            case INTEGER ->
                number("0", "1", "2", "3", "10", "-1000", "2147483647", "-2147483648", "2147483648", "1073741824");
            case BIGINT ->
                Documents.string(number(
                        "0",
                        "1",
                        "7",
                        "9223372036854775807",
                        "-9223372036854775808",
                        "9223372036854775808",
                        "1.0",
                        "+5",
                        "-0",
                        "007",
                        "1e3"));
            case REAL ->
                number(
                        "0",
                        "0.1",
                        "0.10000001",
                        "1.5",
                        "100.5",
                        "100.49999",
                        "3.4e38",
                        "3.5e38",
                        "1e-46",
                        "-0.0",
                        "\"NaN\"",
                        "\"Infinity\"",
                        "\"-Infinity\"",
                        "16777217");
            case DOUBLE ->
                number(
                        "0",
                        "1",
                        "0.5",
                        "1.0000000000000002",
                        "-0.0",
                        "1e308",
                        "5e-324",
                        "\"NaN\"",
                        "\"Infinity\"",
                        "\"-Infinity\"",
                        "0.30000000000000004");
            case UUID ->
                quoted(
                        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                        "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                        "00000000-0000-0000-0000-000000000001",
                        "12345678-9abc-0def-0234-56789abcdef0",
                        "a0eebc999c0b4ef8bb6d6bb9bd380a11",
                        "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
                        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
                        randomUuid(),
                        randomUuid(),
                        randomUuid());
            case TEXT, CITEXT -> text();
            case TIMESTAMPTZ ->
                quoted(
                        "2026-01-01T00:00:00+00:00",
                        "2026-01-01T00:00:00.000001+00:00",
                        "2026-01-01T02:00:00+02:00",
                        "2026-01-01 00:00:00Z",
                        "2025-12-31T23:59:59.999999-00:00",
                        "2026-02-30T00:00:00Z",
                        "2024-02-29T12:00:00Z",
                        "2026-01-01",
                        "2026-01-01T00:00:00",
                        "infinity",
                        "-infinity",
                        "0044-03-15T12:00:00+00:00 BC",
                        "294276-12-31T00:00:00Z",
                        "294277-01-01T00:00:00Z",
                        "4714-11-24T00:00:00Z BC",
                        "4715-01-01T00:00:00Z BC",
                        "2026-01-01T24:00:00Z",
                        "2026-01-01T23:59:60Z",
                        "2026-01-01T00:00:00+15:59",
                        "2026-01-01T00:00:00+16:00",
                        "0000-01-01T00:00:00Z",
                        "10000-01-01T00:00:00+00:00",
                        "2026-1-1T0:0:0Z",
                        "yesterday",
                        "2026-01-01T00:00:00.1234567Z",
                        "1883-11-18T12:00:00-04:56:02");
            case TIMESTAMP ->
                quoted(
                        "2026-01-01T00:00:00",
                        "2026-01-01T00:00:00.5",
                        "2026-01-01 12:00",
                        "2026-13-01T00:00:00",
                        "infinity",
                        "0001-01-01T00:00:00 BC",
                        "2026-01-01T00:00:00Z",
                        "294276-12-31T23:59:59.999999");
            case DATE ->
                quoted(
                        "2026-01-01",
                        "2026-01-31",
                        "2026-02-01",
                        "2025-12-31",
                        "2024-02-29",
                        "2026-02-29",
                        "infinity",
                        "-infinity",
                        "0044-03-15 BC",
                        "5874897-12-31",
                        "5874898-01-01",
                        "4714-11-24 BC",
                        "4714-11-23 BC",
                        "20260101",
                        "Jan 1, 2026",
                        "2026-01-01T00:00:00",
                        "1900-02-29",
                        "2000-02-29");
            case TIME ->
                quoted(
                        "00:00:00",
                        "11:59:59.999999",
                        "12:00:00",
                        "24:00:00",
                        "24:00:01",
                        "23:59:60",
                        "25:00:00",
                        "08:30",
                        "8:30 PM",
                        "12:00:00.1234567");
            case TIMETZ ->
                quoted(
                        "22:35:06+00",
                        "22:35:06+01:30",
                        "22:35:06Z",
                        "22:35:06",
                        "24:00:00-05",
                        "22:35:06+15:59:59",
                        "22:35:06+16");
            case INTERVAL ->
                quoted(
                        "1 day",
                        "2 hours",
                        "P1Y2M",
                        "1 year 2 mons 3 days 04:05:06.789",
                        "x",
                        "-1 mons",
                        "@ 1 minute",
                        "24:00:00",
                        "infinity");
            case BYTEA -> quoted("\\x", "\\x0102", "\\xFF00", "\\x0", "\\xzz", "ab", "\\x010203", "a\\001", "\\\\");
            case JSON, JSONB ->
                one(List.of(
                        "{}",
                        "[]",
                        "null",
                        "1",
                        "\"x\"",
                        "{\"v\":\"two\"}",
                        "{\"v\":1}",
                        "{\"v\":null}",
                        "{\"v\":\"three\"}",
                        "{\"bad\":1}",
                        "{\"a\":{\"b\":[1,2,{\"c\":null}]}}",
                        "{\"\":0}",
                        "[1,2]",
                        "true",
                        "\"\\u0000\"",
                        "{\"k\":\"\\ud800\"}",
                        "\"\\\\u0000\"",
                        "{\"__proto__\":{\"x\":1}}",
                        "12345678901234567890"));
        };
    }

    private String randomUuid() {
        return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
    }

    private String named(Shape.Named named) {
        return described
                .enumeration(named.name())
                .map(type -> type.labels().isEmpty() || random.nextInt(12) == 0
                        ? quoted("nope", "OK", "ok ", "")
                        : Documents.string(one(type.labels())))
                .or(() -> described.domain(named.name()).map(type -> {
                    List<String> constants = new ArrayList<>(hints);
                    type.rules().forEach(rule -> constants.addAll(Fuzz.constants(rule.condition())));
                    return new Pools(described, random, constants).likely(type.base());
                }))
                .or(() -> described.composite(named.name()).map(type -> {
                    java.util.Map<String, String> members = new java.util.LinkedHashMap<>();
                    type.members().forEach(member -> {
                        if (random.nextInt(6) > 0) {
                            members.put(member.name(), random.nextInt(6) == 0 ? "null" : likely(member.shape()));
                        }
                    });
                    return Documents.object(members);
                }))
                .orElse("null");
    }

    private String opaque(Shape.Opaque opaque) {
        return switch (opaque.spelled()) {
            case "inet", "cidr" -> quoted("10.0.0.1", "10.0.0.0/8", "::1", "10.0.0.256", "x", "10.0.0.1/8");
            case "int4range" -> quoted("[1,5)", "empty", "(,)", "[5,1)", "x");
            case "int4multirange" -> quoted("{[1,5)}", "{}", "x");
            case "point" -> quoted("(1,2)", "1,2", "x");
            case "money" -> quoted("12.34", "$1", "x");
            case "xml" -> quoted("<a/>", "x", "<a>");
            case "oid" -> quoted("42", "-1", "x");
            case "regclass" -> quoted("pg_class", "nope", "-");
            case "name" -> text();
            default -> quoted("101", "x", "1", "[1.5,2]", "0/1", "08:00:2b:01:02:03", "{\"id\":1}");
        };
    }
}
