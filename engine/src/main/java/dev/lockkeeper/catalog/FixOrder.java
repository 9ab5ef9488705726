package dev.lockkeeper.catalog;

import java.util.List;

/** What is told first, so that what is missing in a down script can be run from top to bottom. */
final class FixOrder {
    /** What needs others goes before them. */
    private static final List<String> DROPPED = List.of(
            "pg_description",
            "pg_auth_members",
            "pg_event_trigger",
            "pg_publication",
            "pg_policy",
            "pg_trigger",
            "pg_rewrite",
            "view",
            "pg_constraint f",
            "pg_constraint",
            "index",
            "pg_statistic_ext");

    private static final List<String> MADE = List.of(
            "pg_authid",
            "pg_namespace",
            "pg_extension",
            "pg_type",
            "pg_class",
            "pg_attribute",
            "changed",
            "pg_constraint",
            "index",
            "pg_inherits",
            "pg_constraint f",
            "pg_statistic_ext",
            "pg_trigger",
            "pg_policy",
            "pg_rewrite",
            "pg_auth_members",
            "pg_description");

    private static final List<String> DROPPED_LAST = List.of(
            "pg_attribute",
            "pg_cast",
            "pg_class",
            "pg_opclass",
            "pg_opfamily",
            "pg_operator",
            "pg_proc",
            "pg_type",
            "pg_collation",
            "pg_foreign_server",
            "pg_foreign_data_wrapper",
            "pg_extension",
            "pg_namespace",
            "pg_authid");

    private FixOrder() {}

    static int rank(Change change) {
        String kind = kind(change);
        if (change.leftOver()) {
            int early = DROPPED.indexOf(kind);
            return early >= 0 ? 1 + early : 200 + at(DROPPED_LAST, kind);
        }
        return 100 + (change.lost() || kind.equals("pg_description") ? at(MADE, kind) : at(MADE, "changed"));
    }

    private static int at(List<String> order, String kind) {
        int at = order.indexOf(kind);
        return at < 0 ? order.size() / 2 : at;
    }

    private static String kind(Change change) {
        Thing thing = change.any();
        return switch (thing.thing()) {
            case "pg_class" ->
                thing.kind().equals("index") ? "index" : thing.kind().endsWith("view") ? "view" : "pg_class";
            case "pg_constraint" -> "f".equals(thing.field("contype")) ? "pg_constraint f" : "pg_constraint";
            default -> thing.thing();
        };
    }

    /** Where the rank is the same. */
    static String first(Change change) {
        return change.any().object() + " " + change.any().kind();
    }
}
