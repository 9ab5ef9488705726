package dev.lockkeeper.sql;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells whether a query may run code of which it does not tell what it does. */
final class Calls {
    /** Words after which a parenthesis is not a call. */
    private static final Set<String> SYNTAX = Set.of(
            "select",
            "from",
            "where",
            "and",
            "or",
            "not",
            "in",
            "any",
            "some",
            "all",
            "exists",
            "as",
            "on",
            "using",
            "values",
            "over",
            "filter",
            "within",
            "array",
            "row",
            "join",
            "lateral",
            "union",
            "except",
            "intersect",
            "case",
            "when",
            "then",
            "else",
            "having",
            "by",
            "limit",
            "offset",
            "set",
            "returning",
            "distinct",
            "between",
            "like",
            "ilike",
            "is",
            "materialized",
            "conflict",
            "char",
            "character",
            "varchar",
            "varying",
            "numeric",
            "decimal",
            "bit",
            "interval",
            "time",
            "timestamp",
            "timestamptz");

    /** Functions of the server that take nothing away. */
    private static final Set<String> HARMLESS = Set.of(
            "set_config",
            "setval",
            "nextval",
            "currval",
            "pg_notify",
            "coalesce",
            "nullif",
            "greatest",
            "least",
            "cast",
            "count",
            "sum",
            "min",
            "max",
            "avg",
            "bool_and",
            "bool_or",
            "array_agg",
            "string_agg",
            "json_agg",
            "jsonb_agg",
            "now",
            "clock_timestamp",
            "statement_timestamp",
            "date_trunc",
            "extract",
            "age",
            "to_char",
            "to_date",
            "to_timestamp",
            "make_date",
            "lower",
            "upper",
            "length",
            "char_length",
            "trim",
            "btrim",
            "ltrim",
            "rtrim",
            "substring",
            "substr",
            "replace",
            "regexp_replace",
            "split_part",
            "concat",
            "concat_ws",
            "format",
            "left",
            "right",
            "position",
            "strpos",
            "abs",
            "round",
            "floor",
            "ceil",
            "ceiling",
            "mod",
            "random",
            "gen_random_uuid",
            "md5",
            "generate_series",
            "unnest",
            "array_length",
            "cardinality",
            "array_append",
            "array_remove",
            "row_number",
            "rank",
            "json_build_object",
            "jsonb_build_object",
            "jsonb_set",
            "to_json",
            "to_jsonb",
            "row_to_json",
            "pg_get_serial_sequence",
            "pg_sleep",
            "pg_advisory_lock",
            "pg_advisory_xact_lock",
            "pg_advisory_unlock");

    private static final Set<String> COMMANDS = Set.of("delete", "update", "insert", "merge");

    private Calls() {}

    /**
     * @param from where in the tokens of a statement a query starts
     */
    static boolean mayDoAnything(List<String> tokens, int from) {
        boolean with = false;
        for (int i = from; i < tokens.size(); i++) {
            String token = tokens.get(i).toLowerCase(Locale.ROOT);
            with |= token.equals("with");
            if (with && COMMANDS.contains(token)) {
                return true;
            }
            if (token.equals("(") && i > from && isCall(tokens, i - 1)) {
                return true;
            }
        }
        return false;
    }

    /** Whether what stands before a parenthesis may be anybody's function. */
    private static boolean isCall(List<String> tokens, int at) {
        String name = tokens.get(at).toLowerCase(Locale.ROOT);
        if (!name.matches("(?s)[\\p{L}_\"].*")) {
            return false;
        }
        if (at >= 2 && tokens.get(at - 1).equals(".")) {
            return !tokens.get(at - 2).equalsIgnoreCase("pg_catalog") || !HARMLESS.contains(name);
        }
        return !SYNTAX.contains(name) && !HARMLESS.contains(name);
    }
}
