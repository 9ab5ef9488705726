package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.project.Roles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the login may do what the project does, asked of the server privilege by privilege. What is not there needs none. */
final class Rights implements Check {
    private static final String LOOK = "status and plan";
    private static final String APPLY = "apply";

    /** What a run writes in a record that is not its own; docs/privileges.md has the same list. */
    private static final Map<String, List<String>> WRITTEN = Map.of(
            "history", List.of("INSERT", "UPDATE"),
            "journal", List.of("INSERT", "UPDATE", "DELETE"),
            "repeatable", List.of("INSERT", "UPDATE"),
            "failure", List.of("INSERT", "UPDATE", "DELETE"),
            "run", List.of("INSERT", "UPDATE"),
            "component", List.of("INSERT"),
            "audit", List.of("INSERT"));

    /** What Lockkeeper calls in its own statements, of that what those take away who harden a server. */
    private static final List<String> CALLED = List.of(
            "pg_advisory_unlock",
            "pg_advisory_unlock_all",
            "pg_advisory_xact_lock",
            "pg_blocking_pids",
            "pg_lock_status",
            "pg_stat_get_activity",
            "pg_terminate_backend",
            "pg_try_advisory_lock");

    @Override
    public String what() {
        return "privileges";
    }

    @Override
    public Part part() {
        return Part.PRIVILEGES;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        @Nullable String[] who = patient.row("select current_database(), current_user");
        String database = String.valueOf(who[0]);
        String role = String.valueOf(who[1]);
        chart.fact("login", role);
        boolean looks = roles(patient, chart);
        for (Need need : needs(patient)) {
            if (looks && !need.purpose().equals(LOOK)) {
                continue;
            }
            List<String> missing = missing(patient, need);
            if (!missing.isEmpty()) {
                chart.found(
                        Symptom.PRIVILEGE_MISSING,
                        need.object(database),
                        role + " lacks " + String.join(", ", missing) + " on " + need.object(database) + ", which "
                                + need.purpose() + " needs",
                        "let the owner or a superuser run this",
                        missing.stream()
                                .map(one -> need.grant(one, database, role))
                                .toArray(String[]::new));
            }
        }
        functions(patient, role, chart);
        if (!looks) {
            owners(patient, role, chart);
        }
    }

    /** The server lets everybody call them, unless somebody has taken that away. */
    private static void functions(Patient patient, String role, Chart chart) {
        for (@Nullable
        String[] row : patient.rows("select p.oid::regprocedure from pg_proc p where p.pronamespace ="
                + " 'pg_catalog'::regnamespace and p.proname in ("
                + CALLED.stream().map(one -> literal(one)).collect(Collectors.joining(", "))
                + ") and not has_function_privilege(p.oid, 'EXECUTE') order by 1")) {
            chart.found(
                    Symptom.PRIVILEGE_MISSING,
                    "function " + row[0],
                    role + " lacks EXECUTE on function " + row[0] + ", which Lockkeeper calls",
                    "let a superuser run this",
                    "grant execute on function pg_catalog." + row[0] + " to " + identifier(role) + ";");
        }
    }

    /** What the roles of the environment say of the login, by which it is judged: whether it only looks. */
    private static boolean roles(Patient patient, Chart chart) {
        String login = String.valueOf(patient.row("select session_user")[0]);
        Roles roles = patient.roles();
        if (roles.viewers().contains(login)) {
            chart.fact("role", "viewer: judged by what looking needs, not by what apply needs");
            return true;
        }
        if (!roles.mayOperate(login)) {
            chart.found(
                    Symptom.OPERATOR_MISSING,
                    login,
                    login + " is no operator of this environment, which are " + String.join(", ", roles.operators()),
                    "log in as an operator, or name the login under roles: operator: or viewer:");
        }
        return false;
    }

    private static List<Need> needs(Patient patient) {
        List<Need> needs = new ArrayList<>();
        String record = patient.record();
        boolean creates = false;
        if (exists(patient, record)) {
            List<String> tables = patient
                    .rows(
                            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = "
                                    + literal(record) + " and c.relkind = 'r' order by 1")
                    .stream()
                    .map(row -> String.valueOf(row[0]))
                    .toList();
            if (tables.contains("history")) {
                needs.add(Need.schema(LOOK, record, "USAGE"));
                tables.forEach(table -> needs.add(Need.table(LOOK, record, table, "SELECT")));
                for (String table : tables) {
                    List<String> written = WRITTEN.getOrDefault(table, List.of());
                    if (!written.isEmpty()) {
                        needs.add(Need.table(APPLY, record, table, written.toArray(String[]::new)));
                    }
                }
            } else {
                needs.add(Need.schema(APPLY, record, "USAGE", "CREATE"));
            }
        } else {
            creates = true;
        }
        for (String schema : patient.schemas()) {
            if (exists(patient, schema)) {
                needs.add(Need.schema(APPLY, schema, "USAGE", "CREATE"));
            } else {
                creates = true;
            }
        }
        if (creates) {
            needs.add(0, Need.database(APPLY, "CREATE"));
        }
        needs.addAll(patient.needs());
        return needs;
    }

    private static boolean exists(Patient patient, String schema) {
        return !patient.rows("select from pg_namespace where nspname = " + literal(schema))
                .isEmpty();
    }

    /** The privileges that the login lacks; none of an object that is not there. */
    private static List<String> missing(Patient patient, Need need) {
        String columns = need.privileges().stream()
                .map(privilege -> "not has_" + need.on().name().toLowerCase(Locale.ROOT) + "_privilege(o.oid, "
                        + literal(privilege) + ")")
                .collect(Collectors.joining(", "));
        String from = switch (need.on()) {
            case DATABASE -> "pg_database o where o.datname = current_database()";
            case SCHEMA -> "pg_namespace o where o.nspname = " + literal(need.name());
            case TABLE ->
                "pg_class o join pg_namespace n on n.oid = o.relnamespace where n.nspname = " + literal(need.schema())
                        + " and o.relname = " + literal(need.name());
        };
        List<@Nullable String[]> rows = patient.rows("select " + columns + " from " + from);
        List<String> missing = new ArrayList<>();
        for (int i = 0; !rows.isEmpty() && i < need.privileges().size(); i++) {
            if ("t".equals(rows.get(0)[i])) {
                missing.add(need.privileges().get(i));
            }
        }
        return missing;
    }

    /** An extension's members are not the project's. */
    private static void owners(Patient patient, String role, Chart chart) {
        if (patient.schemas().isEmpty()) {
            chart.unseen(
                    Part.PRIVILEGES,
                    "who owns what the scripts alter",
                    "no component names its schema: in the project file, such as components: {core: {schema: core}}");
            return;
        }
        String schemas = patient.schemas().stream().map(one -> literal(one)).collect(Collectors.joining(", "));
        String own = " and not exists (select from pg_depend d where d.objid = o.oid and d.deptype = 'e') and not"
                + " pg_has_role(o.%s, 'USAGE') and n.nspname in (" + schemas + ")";
        for (@Nullable
        String[] row : patient.rows(
                "select pg_get_userbyid(u.owner), n, count(*), bool_or(r.rolsuper) from (select o.relowner as owner,"
                        + " n.nspname as n from pg_class o join pg_namespace n on n.oid = o.relnamespace where o.relkind in ('r', 'p',"
                        + " 'v', 'm', 'S', 'f')" + own.formatted("relowner")
                        + " union all select o.proowner, n.nspname from pg_proc o join pg_namespace n on n.oid = o.pronamespace where true"
                        + own.formatted("proowner")
                        + ") u left join pg_roles r on r.oid = u.owner group by 1, 2 order by 1, 2")) {
            String owner = String.valueOf(row[0]);
            boolean superuser = "t".equals(row[3]);
            chart.found(
                    Symptom.OWNER_FOREIGN,
                    "schema " + identifier(String.valueOf(row[1])),
                    row[2] + " objects of schema " + row[1] + " belong to " + owner + ", which " + role + " is not",
                    superuser
                            // who is a member of a superuser may become one
                            ? "let " + owner + ", a superuser, give them to a role of which " + role
                                    + " is a member: alter ... owner to"
                            : "let a superuser, or who administers that role, run this",
                    superuser
                            ? new String[0]
                            : new String[] {"grant " + identifier(owner) + " to " + identifier(role) + ";"});
        }
    }
}
