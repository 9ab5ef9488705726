package dev.lockkeeper.catalog;

import dev.lockkeeper.catalog.Columns.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One list of facts, parted by the schemas that they lie in, so that databases of two servers can be compared schema by schema.
 * Rows that initdb made and nobody touched, members of extensions and temporary objects are left out.
 *
 * @param from SQL that starts with "from" and ends with the condition
 * @param place SQL for the OID of the schema; 0 for what lies in none
 * @param system SQL that says whether initdb made a row
 * @param fields name and SQL, in turn
 * @param quick SQL of what a digest is made of: it tells at least what the fields tell
 */
record Lot(
        String name, String from, String place, String system, Shape shape, List<String> fields, List<String> quick) {
    /** What every message begins with: the members of extensions, and when initdb was done. */
    static final String PRELUDE = "with member as materialized (select d.classid, d.objid from pg_catalog.pg_depend d"
            + " where d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::regclass),"
            // initdb makes the views last, then plpgsql; the first transaction of anybody else comes 40 later (15 to
            // 18)
            + " born as materialized (select least(max(r.xmin::text::bigint) + 20, 760) as xid from pg_catalog.pg_rewrite r"
            + " where r.oid < 16384) ";

    private static final String RELATION =
            " not in (select m.objid from member m where m.classid = 'pg_catalog.pg_class'::regclass)";

    /** Which column names the relation that a row is part of. */
    private static final Map<String, String> OF_RELATION = Map.of(
            "pg_attrdef", "adrelid",
            "pg_trigger", "tgrelid",
            "pg_rewrite", "ev_class",
            "pg_policy", "polrelid",
            "pg_publication_rel", "prrelid");

    /** Those whose shape joins the relation already. */
    private static final Map<String, String> JOINED = Map.of(
            "pg_attribute", "attrelid",
            "pg_index", "indrelid",
            "pg_sequence", "seqrelid",
            "pg_foreign_table", "ftrelid",
            "pg_partitioned_table", "partrelid",
            "pg_inherits", "inhrelid");

    /** What a row is part of, where that lies in a schema: its catalog, and the column that names it. */
    private static final Map<String, List<String>> OF_OTHER = Map.of(
            "pg_enum", List.of("pg_type", "enumtypid", "typnamespace"),
            "pg_range", List.of("pg_type", "rngtypid", "typnamespace"),
            "pg_aggregate", List.of("pg_proc", "aggfnoid", "pronamespace"),
            "pg_amop", List.of("pg_opfamily", "amopfamily", "opfnamespace"),
            "pg_amproc", List.of("pg_opfamily", "amprocfamily", "opfnamespace"),
            "pg_ts_config_map", List.of("pg_ts_config", "mapcfg", "cfgnamespace"));

    private static final Set<String> REMARKS = Set.of("pg_description", "pg_seclabel", "pg_init_privs");

    /** A catalog of the database. */
    static Lot of(Source source, List<String> quick, List<Reference> references) {
        String catalog = source.name();
        Shape shape = source.shape();
        String place = namespace(catalog, references);
        String free = free(catalog);
        if (OF_RELATION.containsKey(catalog)) {
            String relation = OF_RELATION.get(catalog);
            shape = shape.joined(" join pg_catalog.pg_class k on k.oid = t." + relation);
            place = "k.relnamespace";
            free = "t." + relation + RELATION;
        } else if (JOINED.containsKey(catalog)) {
            place = "c.relnamespace";
            free = "t." + JOINED.get(catalog) + RELATION;
        } else if (OF_OTHER.containsKey(catalog)) {
            List<String> other = OF_OTHER.getOrDefault(catalog, List.of());
            shape = shape.joined(" join pg_catalog." + other.get(0) + " k on k.oid = t." + other.get(1) + "::oid");
            place = "k." + other.get(2);
            free = "k.oid" + RELATION.replace("pg_catalog.pg_class", "pg_catalog." + other.get(0));
        } else if (REMARKS.contains(catalog)) {
            place = remarked();
        }
        shape = shape.joined(Quick.JOINS.getOrDefault(catalog, ""));
        String owner = "t." + shape.owner() + "::oid";
        String counted = "(" + owner + " >= 16384 or t.xmin::text::bigint > (select b.xid from born b)"
                + (catalog.equals("pg_namespace") ? " or t.nspname = 'public'" : "") + ")";
        return new Lot(
                catalog,
                "from pg_catalog." + catalog + " t" + shape.join() + " where " + shape.filter() + " and " + counted
                        + " and " + free,
                place,
                owner + " < 16384",
                shape,
                source.fields(),
                quick);
    }

    /** A list that is put together; its rows all count. */
    static Lot small(Source source, String place) {
        List<String> quick = new ArrayList<>();
        for (int i = 1; i < source.fields().size(); i += 2) {
            quick.add(source.fields().get(i));
        }
        return new Lot(source.name(), source.from(), place, "false", source.shape(), source.fields(), quick);
    }

    private static String namespace(String catalog, List<Reference> references) {
        if (catalog.equals("pg_namespace")) {
            return "t.oid";
        }
        return references.stream()
                .filter(r -> r.catalog().equals(catalog) && r.to().equals("pg_namespace") && !r.array())
                .filter(r -> !catalog.equals("pg_extension"))
                .map(r -> "t." + r.columns().get(0))
                .findFirst()
                .orElse("0::oid");
    }

    /** The condition that a row is no member of an extension, and no part of one. */
    private static String free(String catalog) {
        String own = "not in (select m.objid from member m where m.classid = 'pg_catalog." + catalog + "'::regclass)";
        return switch (catalog) {
            case "pg_type" -> "t.oid " + own + " and t.typelem " + own + " and t.typrelid" + RELATION;
            case "pg_class" ->
                "t.oid " + own
                        + " and not exists (select from pg_catalog.pg_index i where i.indexrelid = t.oid and i.indrelid"
                        + RELATION.replace(" not in", " in") + ")";
            case "pg_constraint" ->
                "t.conrelid" + RELATION + " and t.contypid" + RELATION.replace("pg_class", "pg_type");
            case "pg_extension" -> "t.extname <> 'plpgsql'";
            case "pg_description", "pg_seclabel", "pg_init_privs" ->
                "(t.classoid, t.objoid) not in (select m.classid, m.objid from member m)";
            default -> "t." + Shape.of(catalog).owner() + "::oid " + own;
        };
    }

    /** Where the object lies that a remark is on. */
    private static String remarked() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("pg_namespace", "t.objoid");
        // in one order, because the text of a query is part of what a stock is known by
        new TreeMap<>(Map.of("pg_class", "relnamespace", "pg_proc", "pronamespace", "pg_type", "typnamespace"))
                .forEach((catalog, column) -> places.put(
                        catalog, "(select k." + column + " from pg_catalog." + catalog + " k where k.oid = t.objoid)"));
        places.put("pg_constraint", "(select k.connamespace from pg_catalog.pg_constraint k where k.oid = t.objoid)");
        new TreeMap<>(Map.of("pg_trigger", "tgrelid", "pg_policy", "polrelid", "pg_rewrite", "ev_class"))
                .forEach((catalog, column) -> places.put(
                        catalog,
                        "(select k.relnamespace from pg_catalog.pg_class k join pg_catalog." + catalog
                                + " o on k.oid = o." + column + " where o.oid = t.objoid)"));
        StringBuilder sql = new StringBuilder("coalesce(case t.classoid");
        places.forEach((catalog, of) -> sql.append(" when 'pg_catalog.")
                .append(catalog)
                .append("'::regclass then ")
                .append(of));
        return sql.append(
                        " else to_regnamespace(quote_ident((pg_identify_object(t.classoid, t.objoid, 0)).schema))::oid")
                .append(" end, 0::oid)")
                .toString();
    }

    /** Rows: the name of the list, the schema, how many facts, their digest. */
    String digest(long seed) {
        return "select '" + name + "', s.place, s.n || ':' || s.h from (select " + place
                + " as place, count(*) as n, sum(hash_record_extended(row(" + String.join(", ", quick) + "), " + seed
                + ")::numeric) as h " + from + " group by 1) s";
    }

    /**
     * Rows: list, thing, kind, object, parents, whether initdb made it, content, schema.
     *
     * @param condition SQL for the OIDs of the schemas; empty for all
     */
    String rows(String condition) {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < fields.size(); i += 2) {
            content.append(i == 0 ? "'" : ", '")
                    .append(fields.get(i))
                    .append("', ")
                    .append(fields.get(i + 1));
        }
        return "select '" + name + "', " + shape.thing() + ", " + shape.kind() + ", " + shape.object()
                + ", concat_ws(chr(31), null::text"
                + (shape.parents().isEmpty() ? "" : ", " + String.join(", ", shape.parents()))
                + "), " + system + ", jsonb_strip_nulls(jsonb_build_object(" + content + "))::text, "
                + Lot.schema(place) + " " + from
                + (condition.isEmpty() ? "" : " and (" + place + ") in (" + condition + ")");
    }

    /** SQL for the name of a schema by its OID; empty for none. */
    static String schema(String oid) {
        return "coalesce((select n.nspname::text from pg_catalog.pg_namespace n where n.oid = " + oid + "), '')";
    }
}
