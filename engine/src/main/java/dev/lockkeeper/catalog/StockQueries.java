package dev.lockkeeper.catalog;

import dev.lockkeeper.catalog.Columns.Reference;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The queries that take stock of a database, made from what its server says about its catalogs. Immutable. */
final class StockQueries {
    /** What is compared in another way or not at all: large objects are data. */
    private static final Set<String> LEFT_OUT =
            Set.of("pg_largeobject", "extension-member", "ownership", "column-order");

    /** Whose extras the columns tell too, but for the definition of a trigger. */
    private static final Set<String> LIGHT =
            Set.of("pg_attribute", "pg_attrdef", "pg_index", "pg_constraint", "pg_trigger");

    private final Map<String, Lot> lots;

    private StockQueries(Map<String, Lot> lots) {
        this.lots = lots;
    }

    static StockQueries of(Session session) {
        Layout layout = Layout.of(session);
        List<Reference> references = layout.references();
        Map<String, Lot> lots = new TreeMap<>();
        layout.columns().forEach((catalog, columns) -> {
            if (!CatalogQueries.EXCLUDED.contains(catalog)
                    && !SharedLists.CATALOGS.contains(catalog)
                    && !LEFT_OUT.contains(catalog)) {
                List<Layout.Column> kept = columns.stream()
                        .filter(c -> !UNSTEADY.contains(c.name()))
                        .toList();
                Source source = CatalogQueries.namespaced(
                        catalog, CatalogQueries.fields(catalog, kept, references), references);
                lots.put(catalog, Lot.of(source, quick(source, kept, references), references));
            }
        });
        Lists.all()
                .forEach(list -> place(list.name()).ifPresent(place -> lots.put(list.name(), Lot.small(list, place))));
        return new StockQueries(lots);
    }

    /** What the machine or the moment decides, not a script. */
    private static final Set<String> UNSTEADY = Set.of("collversion", "relispopulated");

    private static Optional<String> place(String list) {
        return switch (list) {
            case "ownership" -> Optional.of("(select k.relnamespace from pg_catalog.pg_class k where k.oid = t.objid)");
            case "column-order" -> Optional.of("t.relnamespace");
            case "extension-member" -> Optional.of("0::oid");
            default -> Optional.empty();
        };
    }

    private static List<String> quick(Source source, List<Layout.Column> columns, List<Reference> references) {
        List<String> quick = new ArrayList<>();
        columns.forEach(column -> Columns.quick(source.name(), column.name(), column.type(), references)
                .ifPresent(quick::add));
        if (LIGHT.contains(source.name())) {
            if (source.name().equals("pg_trigger")) {
                quick.add("case when not t.tgisinternal then pg_get_triggerdef(t.oid) end");
            }
        } else {
            List<String> extras = source.shape().extras();
            for (int i = 1; i < extras.size(); i += 2) {
                if (!extras.get(i - 1).equals(Thing.MADE)) {
                    quick.add(extras.get(i));
                }
            }
        }
        return quick;
    }

    /** Rows: list, schema, digest. The order of columns is known by the digest of the columns. */
    String digestSql(Collection<String> lists, long seed) {
        return Reading.SETTINGS + Lot.PRELUDE + "select d.list, " + Lot.schema("d.place") + ", d.digest from ("
                + lists.stream()
                        .map(list ->
                                Objects.requireNonNull(lots.get(list), list).digest(seed))
                        .collect(Collectors.joining("\nunion all\n"))
                + ") d (list, place, digest)";
    }

    /** The rows of some lists in some schemas. */
    String rowsSql(Map<String, Set<String>> chosen) {
        return Reading.SETTINGS
                + Lot.PRELUDE
                + chosen.entrySet().stream()
                        .map(e -> Objects.requireNonNull(lots.get(e.getKey()), e.getKey())
                                .rows(schemas(e.getValue())))
                        .collect(Collectors.joining("\nunion all\n"));
    }

    private static String schemas(Set<String> names) {
        Set<String> named = new TreeSet<>(names);
        boolean none = named.remove("");
        String list = named.stream().map(n -> Quote.literal(n)).collect(Collectors.joining(", "));
        return (none ? "select 0::oid" : "")
                + (none && !named.isEmpty() ? " union all " : "")
                + (named.isEmpty()
                        ? ""
                        : "select n.oid from pg_catalog.pg_namespace n where n.nspname in (" + list + ")");
    }

    Set<String> lists() {
        return lots.keySet();
    }
}
