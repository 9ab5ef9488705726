package dev.lockkeeper.rehearsal;

import dev.lockkeeper.apply.Closing;
import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.catalog.Catalog;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one does with the databases of a rehearsal. */
final class Rehearsal {
    /** Own SQL means what it says whatever path a role or a database has. */
    private static final String OWN = "set local search_path = pg_catalog, pg_temp; ";

    /** What creates nothing new but takes away what the databases of a server share, one statement each. */
    private static final String UNDO = OWN + """
        select 'drop role ' || quote_ident(rolname) from pg_catalog.pg_roles
        union all select 'drop owned by ' || quote_ident(rolname) from pg_catalog.pg_roles
        union all select 'alter system reset ' || quote_ident(name) from pg_catalog.pg_show_all_file_settings()
                   where sourcefile ~ 'postgresql[.]auto[.]conf$'
        union all select format('alter role %%s reset %%s', coalesce(quote_ident(r.rolname), 'all'),
                         quote_ident(split_part(u.setting, '=', 1)))
                    from pg_catalog.pg_db_role_setting s left join pg_catalog.pg_roles r on r.oid = s.setrole
                   cross join unnest(s.setconfig) u(setting) where s.setdatabase = 0
        union all select format('revoke %%s from %%s', m.roleid::regrole, m.member::regrole)
                    from pg_catalog.pg_auth_members m
        union all select format('revoke all on parameter %%I from public', p.parname)
                    from pg_catalog.pg_parameter_acl p
        union all select 'drop tablespace ' || quote_ident(spcname) from pg_catalog.pg_tablespace
        union all select 'drop database ' || quote_ident(datname) || ' with (force)' from pg_catalog.pg_database
                   where datname !~ '%s'
        union all select format('select pg_catalog.pg_drop_replication_slot(%%L)', slot_name)
                    from pg_catalog.pg_get_replication_slots()
        union all select format('select pg_catalog.pg_replication_origin_drop(%%L)', roname)
                    from pg_catalog.pg_replication_origin where roname !~ '^pg_[0-9_]+$'""";

    /** What keeps the database that one is connected to from being dropped, one statement each. */
    private static final String HOLDING = OWN + """
        select 'alter database ' || quote_ident(datname) || ' with is_template false' from pg_catalog.pg_database
         where datname = current_database()
        union all select format(c.command, s.subname) from pg_catalog.pg_subscription s cross join
                    (values ('alter subscription %I disable'), ('alter subscription %I set (slot_name = none)'),
                            ('drop subscription %I')) c(command)
         where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
        union all select 'rollback prepared ' || quote_literal(p.gid) from pg_catalog.pg_prepared_xact() p
         where p.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
        union all select format('select pg_catalog.pg_drop_replication_slot(%L)', r.slot_name)
                    from pg_catalog.pg_get_replication_slots() r
         where r.datoid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())""";

    private final Databases databases;

    Rehearsal(Databases databases) {
        this.databases = databases;
    }

    Target target(String database) {
        return databases.target(database);
    }

    Session open(String database) {
        return open(target(database));
    }

    static Session open(Target target) {
        return Session.open(target, "lockkeeper rehearsal").unlimited();
    }

    String create() {
        return databases.create();
    }

    /** The catalog of the server, to which databases of rehearsals are nothing. */
    Catalog catalog(Session session) {
        return Catalog.of(session, databases.names());
    }

    /** See {@link Databases#isOurs}. */
    boolean isOurs() {
        return databases.isOurs();
    }

    /** See {@link Databases#copy}. */
    String copy(String database) {
        return databases.copy(database);
    }

    /** On a server of others: that something was changed there which its databases share. */
    static LockkeeperException touched(List<Difference> differences) {
        Problem problem = Problem.of(Code.SERVER_SHARED, "what the databases of this server share is not as it was")
                .because("a script has changed it in a way that its text does not tell, or somebody else has meanwhile")
                .help(
                        "look at the server and put it right; prove this history on the embedded server, without --server");
        for (Difference one : differences) {
            problem = problem.note("changed: " + one.kind() + " " + one.object() + ": "
                    + Objects.requireNonNullElse(one.before(), "absent") + " → "
                    + Objects.requireNonNullElse(one.after(), "absent"));
        }
        return problem.asException();
    }

    /** A copy that has what no copy takes along as well: settings, privileges, comment, subscriptions. */
    String wholeCopy(String database) {
        if (!databases.isOurs()) {
            throw touched(List.of());
        }
        String copy = copy(database);
        try (Session session = open(copy)) {
            Belongings.copy(session, database);
        }
        return copy;
    }

    /**
     * Drops a database together with what holds it. One that cannot be dropped stays, and what a script cannot do because of
     * it the server says itself.
     */
    void drop(String database) {
        if (!databases.drop(database)) {
            release(database);
            databases.drop(database);
        }
    }

    private void release(String database) {
        try (Session session = open(database)) {
            attempt(session, texts(session, HOLDING));
        }
    }

    /**
     * Does something in a database that is made for it, and takes away that database with what it left beside itself.
     *
     * @param work is given its name
     */
    <T extends @Nullable Object> T inDatabase(Function<String, T> work) {
        String database = create();
        Set<String> before;
        try (Session session = open(database)) {
            before = undo(session);
        }
        try {
            return work.apply(database);
        } finally {
            drop(database);
            undoExcept(before);
        }
    }

    /** Runs a script in a session of its own. */
    void forward(String database, Script script) {
        try (Session session = open(database)) {
            run(session, script);
        }
    }

    /** Runs a script as a real run would, but records nothing. What it leaves in its session ends with it, as it does there. */
    static ScriptRunner.Manner run(Session session, Script script) {
        return new ScriptRunner(session)
                .run(script, script.commands().unbound(), ScriptRunner.Begin.FRESH, Closing.NONE);
    }

    /** What a trial may leave behind: statements that would take away what the databases of the server share. */
    Set<String> undo(Session session) {
        return databases.isOurs() ? new TreeSet<>(texts(session, UNDO.formatted(databases.names()))) : Set.of();
    }

    /** The same when all databases of the rehearsal are gone, in one that is made for it. */
    void undoExcept(Set<String> kept) {
        String last = create();
        try (Session session = open(last)) {
            undoExcept(session, kept);
        } finally {
            drop(last);
        }
    }

    /** Takes away what a dropped database left behind, so that a script can create it again; on a server of our own only. */
    void undoExcept(Session session, Set<String> kept) {
        if (!databases.isOurs()) {
            return;
        }
        Set<String> left = undo(session);
        left.removeAll(kept);
        int more;
        // one role may need another to go first
        do {
            more = left.size();
            attempt(session, left);
            left = undo(session);
            left.removeAll(kept);
        } while (left.size() < more);
    }

    private static List<String> texts(Session session, String sql) {
        return session.query(sql).stream().map(row -> String.valueOf(row[0])).toList();
    }

    /** What needs something that is still there stays: the next script that minds will say so itself. */
    private static void attempt(Session session, Iterable<String> statements) {
        for (String statement : statements) {
            try {
                // some of them run in no transaction
                session.alone(statement);
            } catch (SqlFailure e) {
                if (e.connectionLost()) {
                    throw e;
                }
            }
        }
    }
}
