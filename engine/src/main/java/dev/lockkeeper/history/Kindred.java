package dev.lockkeeper.history;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.RunnerLock;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the scripts of a component that has no history yet in other histories of the same database: it may have been
 * renamed, or its project may have named another schema for the record. Targets of a fleet run the same scripts on purpose
 * and are never taken for each other.
 */
final class Kindred {
    private final Session session;
    private final String schema;
    private final Identity identity;

    Kindred(Session session, String schema, Identity identity) {
        this.session = session;
        this.schema = schema;
        this.identity = identity;
    }

    /** A record of this database. */
    private record Other(String schema, boolean readable, boolean registers) {}

    /** Why the component may not be new; empty when it is, or when there are no scripts to know it by. */
    List<Problem> doubts() {
        List<Problem> doubts = new ArrayList<>();
        if (identity.firstScript().isEmpty()) {
            return doubts;
        }
        for (Other other : records()) {
            try {
                if (!other.readable()) {
                    doubts.add(unknown(other.schema()));
                    continue;
                }
                List<List<@Nullable String[]>> answers = session.queryAll("set local row_security = off; "
                        + appliedSql(other) + (other.registers() ? "; " + workingSql(other) : ""));
                applied(other, answers.get(0)).ifPresent(doubts::add);
                if (doubts.isEmpty() && other.registers()) {
                    working(other, answers.get(1)).ifPresent(doubts::add);
                }
            } catch (SqlFailure e) {
                if (!e.error().sqlState().equals("42501")) {
                    throw e;
                }
                doubts.add(unknown(other.schema()).from(e.error()));
                // within a transaction nothing can be asked after that
                return doubts;
            }
        }
        return doubts;
    }

    private List<Other> records() {
        return session
                .query(
                        "select n.nspname, has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'),"
                                + " coalesce((select has_table_privilege(e.oid, 'select') from pg_catalog.pg_class e"
                                + " join pg_catalog.pg_attribute a on a.attrelid = e.oid and a.attname = 'first_script'"
                                + " where e.relnamespace = n.oid and e.relname = 'component' and e.relkind = 'r'), false)"
                                + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                                + " where c.relname = 'history' and c.relkind = 'r' and (select count(*) from"
                                + " pg_catalog.pg_attribute a where a.attrelid = c.oid and not a.attisdropped and a.attname in"
                                + " ('component', 'rendered_checksum', 'plan_digest', 'rolled_back_run')) = 4 order by 1")
                .stream()
                .map(row -> new Other(
                        RecordReader.text(row, 0), "t".equals(row[1]), "t".equals(row[1]) && "t".equals(row[2])))
                .toList();
    }

    /** The components that have more applied scripts that are this component's than others. */
    private String appliedSql(Other other) {
        String mine = identity.scripts().values().stream()
                .distinct()
                .map(c -> literal(c))
                .collect(Collectors.joining(", "));
        String history = identifier(other.schema()) + ".history";
        return "select component, count(*) filter (where same) as alike, bool_or(same and script like '%${schema}%')"
                + " from (select component, script, rendered_checksum in (" + mine + ") as same from " + history
                + " where state = 'applied') applied group by component"
                + " having count(*) filter (where same) > count(*) filter (where not same)"
                + " order by alike desc, component";
    }

    private Optional<Problem> applied(Other other, List<@Nullable String[]> components) {
        return components.stream()
                .filter(row -> mayBeThis(other, RecordReader.text(row, 0), "t".equals(row[2])))
                .map(row -> elsewhere(other, RecordReader.text(row, 0), RecordReader.text(row, 1)))
                .findFirst();
    }

    /** @param namesSchema whether a script that is alike says where a target of a fleet lives */
    private boolean mayBeThis(Other other, String component, boolean namesSchema) {
        String own = identity.component();
        if (other.schema().equals(schema) && component.equals(own)) {
            return false;
        }
        String declared = Identity.declared(component);
        if (!declared.equals(Identity.declared(own)) && identity.components().contains(declared)) {
            return false;
        }
        String target = Identity.target(component);
        String ownTarget = Identity.target(own);
        return target.equals(ownTarget) || (namesSchema && (target.isEmpty() || ownTarget.isEmpty()));
    }

    private String workingSql(Other other) {
        return "select component from " + identifier(other.schema()) + ".component where first_script = "
                + literal(identity.firstScript().orElseThrow()) + " order by 1";
    }

    /** A run of the same scripts that has not come to its first row yet. */
    private Optional<Problem> working(Other other, List<@Nullable String[]> components) {
        return components.stream()
                .map(row -> RecordReader.text(row, 0))
                .filter(component -> mayBeThis(other, component, false))
                .flatMap(component -> session.query(new RunnerLock(other.schema(), component).holdersSql()).stream()
                        .map(holder -> Problem.of(
                                        Code.RUNNER_LOCK_HELD,
                                        "another run is at work with the same scripts, as component " + component
                                                + " in record " + other.schema())
                                .because("held by " + RecordReader.text(holder, 0))
                                .help("wait for it to end; if it is the same component, restore its name or"
                                        + " its record in lockkeeper.yaml")))
                .findFirst();
    }

    private Problem elsewhere(Other other, String component, String alike) {
        boolean here = other.schema().equals(schema);
        String declared = Identity.declared(component);
        String own = Identity.declared(identity.component());
        String from = (here ? "" : " --move-record " + other.schema())
                + (declared.equals(own) ? "" : " --move-from " + declared);
        return Problem.of(
                        Code.HISTORY_ELSEWHERE,
                        "component " + identity.component() + " has no history in record " + schema
                                + ", but its scripts were applied as component " + component
                                + (here ? "" : " in record " + other.schema()))
                .because(alike + (alike.equals("1") ? " script is" : " scripts are")
                        + " the same, and would run a second time")
                .help("restore the name in lockkeeper.yaml, or move the history: lockkeeper repair"
                        + (from.isEmpty() ? " --move-from " + component : from) + " --component " + own
                        + " --reason TEXT; if it is another component: lockkeeper repair --separate --component " + own
                        + " --reason TEXT");
    }

    private Problem unknown(String other) {
        return Problem.of(
                        Code.HISTORY_ELSEWHERE,
                        "it is not known whether component " + identity.component() + " is new: record " + other
                                + " cannot be read")
                .because("its scripts may have been applied by that record's projects")
                .help("grant usage on schema " + identifier(other) + " and select on its tables to this user; if it is"
                        + " another project's record: lockkeeper repair --separate --reason TEXT");
    }
}
