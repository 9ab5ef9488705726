package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;

/**
 * What the type of a column is, below its domains.
 *
 * @param base the type below all domains
 * @param labels of an enum; empty for others
 * @param required whether the column or a domain takes no NULL
 */
record ColumnShape(Column column, TypeRef base, List<String> labels, boolean required) {
    private static final Set<String> WHOLE = Set.of("int2", "int4", "int8", "oid");

    static ColumnShape of(Column column, Model model) {
        TypeRef base = column.type();
        boolean required = column.required();
        while (!base.array() && model.type(base.name()).orElse(null) instanceof UserType.Domain domain) {
            required |= domain.required();
            base = domain.base();
        }
        List<String> labels =
                !base.array() && model.type(base.name()).orElse(null) instanceof UserType.Enumeration words
                        ? words.labels()
                        : List.of();
        return new ColumnShape(column, base, labels, required);
    }

    /** The name of the type where PostgreSQL itself brings it and it is no array; else empty. */
    String builtIn() {
        return base.isBuiltIn() && !base.array() ? base.name().name() : "";
    }

    /** A number as the type writes it. */
    String number(double value) {
        String type = builtIn();
        if (WHOLE.contains(type)) {
            return Long.toString(Math.round(value));
        }
        return new BigDecimal(value).setScale(scale(), RoundingMode.HALF_EVEN).toPlainString();
    }

    String number(BigDecimal value) {
        int scale = WHOLE.contains(builtIn()) ? 0 : base.scale().orElse(Math.max(0, Math.min(value.scale(), 20)));
        return value.setScale(scale, RoundingMode.HALF_EVEN).toPlainString();
    }

    private int scale() {
        return base.scale().orElse(builtIn().equals("numeric") ? 4 : 6);
    }

    boolean isWhole() {
        return WHOLE.contains(builtIn());
    }

    boolean isNumber() {
        return isWhole() || Set.of("numeric", "float4", "float8", "money").contains(builtIn());
    }

    boolean isMoment() {
        return Set.of("date", "timestamp", "timestamptz").contains(builtIn());
    }

    boolean isText() {
        return Set.of("text", "varchar", "bpchar", "name").contains(builtIn());
    }

    /** A text that has room in the column. */
    String fitting(String text) {
        int limit = builtIn().equals("name") ? 63 : base.length().orElse(Integer.MAX_VALUE);
        return text.codePointCount(0, text.length()) <= limit
                ? text
                : text.substring(0, text.offsetByCodePoints(0, limit));
    }
}
