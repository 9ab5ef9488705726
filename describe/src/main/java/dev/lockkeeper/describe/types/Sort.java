package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an expression gives, as far as comparing it goes.
 *
 * @param element of a list; null for others
 * @param enumeration whose label it is; null for others
 */
record Sort(Kind kind, @Nullable Sort element, @Nullable ObjectName enumeration) {
    /** How values of it are compared. */
    enum Kind {
        BOOLEAN,
        /** Exact, with or without digits after the point. */
        NUMBER,
        REAL,
        DOUBLE,
        TEXT,
        /** Text whose blanks at its end do not count. */
        CHARS,
        CITEXT,
        UUID,
        TIMESTAMPTZ,
        TIMESTAMP,
        DATE,
        TIME,
        /** A length of time of hours, minutes and seconds alone. */
        SPAN,
        BYTES,
        JSON,
        LABEL,
        LIST,
        /** A constant of no type yet, such as NULL. */
        UNKNOWN,
        /** Of which only whether it is NULL can be told. */
        OPAQUE
    }

    static Sort of(Kind kind) {
        return new Sort(kind, null, null);
    }

    boolean is(Kind... kinds) {
        for (Kind one : kinds) {
            if (kind == one) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is text or can be taken for it without a change. */
    boolean isText() {
        return is(Kind.TEXT, Kind.CHARS, Kind.CITEXT, Kind.UNKNOWN);
    }

    /** Whether lower and higher can be told as the server tells it: the order of text depends on a collation. */
    boolean isOrdered() {
        return is(
                Kind.NUMBER,
                Kind.REAL,
                Kind.DOUBLE,
                Kind.TIMESTAMPTZ,
                Kind.TIMESTAMP,
                Kind.DATE,
                Kind.TIME,
                Kind.UUID,
                Kind.BOOLEAN,
                Kind.BYTES);
    }

    boolean isEqualable() {
        return isOrdered() || is(Kind.TEXT, Kind.CHARS, Kind.CITEXT, Kind.LABEL, Kind.UNKNOWN);
    }

    /** For people. */
    String word() {
        return kind == Kind.LIST && element != null
                ? element.word() + "[]"
                : is(Kind.SPAN) ? "interval" : kind.name().toLowerCase(Locale.ROOT);
    }
}
