package dev.lockkeeper.stewardship.erasure;

import static dev.lockkeeper.database.Quote.identifier;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.Reach;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.classification.TableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds what a database has of a person. Holds no state. */
public final class ErasurePlanner {
    private static final String UNTOLD = "the database does not tell what it has of the person";

    private final Classification classification;
    private final Model model;

    public ErasurePlanner(Classification classification, Model model) {
        this.classification = classification;
        this.model = model;
    }

    /**
     * Looks what is there, and changes nothing.
     *
     * @param session in a transaction, which has the key for as long as the plan counts: see {@link Sought}
     * @param key the values of the key of the person
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when it cannot be asked
     */
    public ErasurePlan plan(Session session, Subject subject, List<String> key) {
        Reach reach = new Reach(classification, model, subject);
        List<String> sought = Sought.key(session, key);
        Map<ObjectName, Part> parts = new TreeMap<>();
        for (TableEntry entry : classification.tables().values()) {
            Optional<Relation> relation = model.relation(entry.name());
            boolean about = entry.name().equals(subject.table())
                    || entry.link(subject.name()).isPresent();
            if (relation.isPresent() && about && entry.forgetting() != null) {
                String condition = reach.of(entry.name(), "t", sought)
                        .orElseThrow(() -> Problem.of(
                                        Code.ERASURE_REFUSED,
                                        "rows of " + entry.name() + " do not lead to a " + subject.name()
                                                + " by the columns that the file names")
                                .at(entry.place())
                                .help(
                                        "name the columns that hold its key, or those of a foreign key to a table that leads on")
                                .asException());
                parts.put(entry.name(), new Part(relation.get(), entry, entry.forgetting(), condition, 0, 0));
            }
        }
        try {
            List<Part> counted = counted(session, new Order(parts, reach).parts());
            boolean found = model.relation(subject.table()).isPresent()
                    && isAny(
                            session,
                            subject.table(),
                            "t",
                            reach.of(subject.table(), "t", sought).orElse("false"));
            return new ErasurePlan(
                    model, subject, key, found, isHeld(session, subject, sought), counted, views(counted));
        } catch (SqlFailure e) {
            throw untold(e);
        }
    }

    private static LockkeeperException untold(SqlFailure e) {
        return untold(UNTOLD).from(e.error().withoutValues()).asException(e);
    }

    private static Problem untold(String what) {
        return Problem.of(Code.ERASURE_REFUSED, what)
                .help(
                        "give this user the right to read all tables that the file names, and write the key as the columns"
                                + " have it");
    }

    /**
     * The key as the server writes it: {@code 042} is the person 42, and holds and hashes of that person have to find it.
     *
     * @param session in a transaction
     * @throws dev.lockkeeper.problem.LockkeeperException {@code erasure-refused} when the columns cannot have such values
     */
    public List<String> spelled(Session session, Subject subject, List<String> key) {
        Relation table = model.relation(subject.table()).orElse(null);
        if (table == null
                || !subject.key().stream()
                        .allMatch(column -> table.column(column).isPresent())) {
            return key;
        }
        List<String> sought = Sought.key(session, key);
        List<String> same = new ArrayList<>();
        List<String> stored = new ArrayList<>();
        List<String> cast = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            String column = "t." + identifier(subject.key().get(i));
            String value = "cast(" + sought.get(i) + " as "
                    + table.column(subject.key().get(i)).orElseThrow().type().spelled() + ")";
            same.add(column + " = " + value);
            stored.add(column + "::text");
            cast.add(value + "::text");
        }
        try {
            if (!Sought.fits(session, cast)) {
                throw untold(UNTOLD)
                        .because("a column of its key cannot have such a value")
                        .asException();
            }
            List<@Nullable String[]> found = session.query("select " + String.join(", ", stored) + " from "
                    + subject.table().quoted() + " t where " + String.join(" and ", same) + " limit 1");
            @Nullable
            String[] row = found.isEmpty()
                    ? session.query("select " + String.join(", ", cast)).get(0)
                    : found.get(0);
            return Arrays.stream(row).map(String::valueOf).toList();
        } catch (SqlFailure e) {
            throw untold(e);
        }
    }

    private static List<Part> counted(Session session, List<Part> ordered) {
        List<Part> counted = new ArrayList<>();
        for (Part part : ordered) {
            Retention retention = part.entry().retention();
            String hold =
                    retention == null || retention.hold() == null ? "false" : isSet(part.relation(), retention.hold());
            try {
                @Nullable
                String[] row = session.query("select count(*)::text, (count(*) filter (where " + hold + "))::text from "
                                + part.relation().name().quoted() + " t where " + part.condition())
                        .get(0);
                counted.add(part.with(number(row[0]), number(row[1])));
            } catch (SqlFailure e) {
                throw untold("the database does not tell which rows of "
                                + part.relation().name() + " are of the person")
                        .from(e.error().withoutValues())
                        .at(part.entry().place())
                        .asException(e);
            }
        }
        return counted;
    }

    private static boolean isAny(Session session, ObjectName table, String alias, String condition) {
        return !session.query("select 1 from " + table.quoted() + " " + alias + " where " + condition + " limit 1")
                .isEmpty();
    }

    /** The condition under which a column of a row is set: it is true, or not null where it is no boolean. */
    public static String isSet(Relation relation, String column) {
        boolean flag = relation.column(column)
                .filter(c -> c.type().name().name().equals("bool"))
                .isPresent();
        return flag ? "t." + identifier(column) : "t." + identifier(column) + " is not null";
    }

    private boolean isHeld(Session session, Subject subject, List<String> sought) {
        Subject.Hold hold = subject.hold();
        if (hold == null || model.relation(hold.table()).isEmpty()) {
            return false;
        }
        List<String> same = new ArrayList<>();
        for (int i = 0; i < sought.size(); i++) {
            same.add("h." + identifier(hold.columns().get(i)) + "::text = " + sought.get(i));
        }
        String until = hold.until();
        String open = until == null
                ? ""
                : " and (h." + identifier(until) + " is null or h." + identifier(until) + " > now())";
        return isAny(session, hold.table(), "h", String.join(" and ", same) + open);
    }

    /** Materialized views that keep what they have read from tables that change, those that read others later. */
    private List<ObjectName> views(List<Part> parts) {
        Set<ObjectName> changed = new HashSet<>();
        parts.forEach(part -> changed.add(part.relation().name()));
        List<ObjectName> views = new ArrayList<>();
        boolean more;
        do {
            more = false;
            for (Relation relation : model.relations()) {
                boolean reads = relation.reads().stream().anyMatch(read -> changed.contains(read.relation()));
                if (reads && changed.add(relation.name())) {
                    more = true;
                    if (relation.kind() == Relation.Kind.MATERIALIZED_VIEW) {
                        views.add(relation.name());
                    }
                }
            }
        } while (more);
        return views;
    }

    private static long number(@Nullable String text) {
        return Long.parseLong(String.valueOf(text));
    }
}
