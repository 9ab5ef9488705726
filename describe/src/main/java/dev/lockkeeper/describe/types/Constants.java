package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.types.Sort.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Constants as the server prints them, with the type that belongs to them. */
final class Constants {
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?|NaN|-?Infinity");
    private static final Pattern DOUBLE =
            Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|-?Infinity");
    private static final Pattern DATE = Pattern.compile("[0-9]{4,6}-[0-9]{2}-[0-9]{2}|-?infinity");
    private static final Pattern TIMESTAMP =
            Pattern.compile("[0-9]{4,6}-[0-9]{2}-[0-9]{2} [0-9:.]+([+-][0-9:]+)?|-?infinity");
    private static final Pattern TIME = Pattern.compile("[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?");

    private Constants() {}

    /** @throws Unreadable when it is not spelled in a way that is certain */
    static Term of(Sort sort, @Nullable String text) {
        if (text == null) {
            return new Term.Constant(sort, null);
        }
        if (sort.is(Kind.LIST) && sort.element() != null) {
            return new Term.Several(sort, items(sort.element(), text));
        }
        boolean certain = switch (sort.kind()) {
            case NUMBER -> NUMBER.matcher(text).matches();
            case REAL, DOUBLE -> DOUBLE.matcher(text).matches();
            case DATE -> DATE.matcher(text).matches();
            case TIMESTAMP, TIMESTAMPTZ -> TIMESTAMP.matcher(text).matches();
            // days and months are of no certain length
            case SPAN -> text.matches("-?[0-9]{1,6}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?");
            case TIME -> TIME.matcher(text).matches();
            case UUID -> text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            case BYTES -> text.matches("\\\\x([0-9a-f]{2})*");
            case BOOLEAN -> text.matches("true|false|t|f");
            case TEXT, CITEXT, CHARS, LABEL, UNKNOWN -> true;
            case JSON -> text.equals("{}") || text.equals("[]");
            case LIST, OPAQUE -> false;
        };
        if (!certain) {
            throw new Unreadable(
                    sort.is(Kind.SPAN) ? "an interval with days or months" : "a constant of type " + sort.word());
        }
        if (sort.is(Kind.BOOLEAN)) {
            return new Term.Constant(sort, text.startsWith("t") ? "true" : "false");
        }
        return new Term.Constant(sort, sort.is(Kind.CHARS) ? text.replaceFirst(" +$", "") : text);
    }

    /** A constant with a cast. A length that cuts it is applied. */
    static Term cast(TypeNames types, String type, @Nullable String text) {
        int open = type.indexOf('(');
        boolean limited = open > 0 && type.endsWith(")") && (type.startsWith("character") || type.startsWith("bpchar"));
        if (!limited) {
            return of(types.sort(type), text);
        }
        boolean varying = type.startsWith("character varying");
        Sort sort = Sort.of(varying ? Kind.TEXT : Kind.CHARS);
        int limit = Integer.parseInt(type.substring(open + 1, type.length() - 1));
        if (text != null && text.codePointCount(0, text.length()) > limit) {
            return of(sort, text.substring(0, text.offsetByCodePoints(0, limit)));
        }
        return of(sort, text);
    }

    /** The items of an array of one dimension: {a,"b c",NULL}. */
    private static List<Term> items(Sort element, String text) {
        if (!text.startsWith("{") || !text.endsWith("}") || element.is(Kind.LIST)) {
            throw new Unreadable("a constant of an array");
        }
        List<Term> items = new ArrayList<>();
        int at = 1;
        int end = text.length() - 1;
        while (at < end) {
            StringBuilder item = new StringBuilder();
            boolean quoted = text.charAt(at) == '"';
            for (at += quoted ? 1 : 0; at < end && text.charAt(at) != (quoted ? '"' : ','); at++) {
                char c = text.charAt(at);
                if (!quoted && (c == '{' || c == '"')) {
                    throw new Unreadable("a constant of an array of arrays");
                }
                item.append(c == '\\' ? text.charAt(++at) : c);
            }
            at += quoted ? 2 : 1;
            boolean isNull = !quoted && item.toString().equalsIgnoreCase("null");
            items.add(of(element, isNull ? null : item.toString()));
        }
        return items;
    }
}
