package dev.lockkeeper.rehearsal;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Databases on a server that others use too. Their names tell the run; those of a run that was killed are dropped by the next
 * one of the same user.
 */
final class ServerDatabases implements Databases {
    private static final String PREFIX = "lockkeeper_smoke_";

    /** What runs have left that have no session any more; the name of the session ends like those of its databases. */
    private static final String ABANDONED = "select d.datname from pg_catalog.pg_database d join pg_catalog.pg_roles r"
            + " on r.oid = d.datdba where r.rolname = current_user and d.datname ~ '^" + PREFIX + "[0-9a-f]{8}_[0-9]+$'"
            + " and not exists (select from pg_catalog.pg_stat_activity a where a.application_name = 'lockkeeper smoke '"
            + " || split_part(d.datname, '_', 3))";

    private final Target target;
    private final String run;
    private final Session session;
    /** Read by the thread of a signal too. */
    private final List<String> made = new CopyOnWriteArrayList<>();

    private int last;

    private ServerDatabases(Target target, String run, Session session) {
        this.target = target;
        this.run = run;
        this.session = session;
    }

    static ServerDatabases open(Target target) {
        String run = String.format("%08x", ThreadLocalRandom.current().nextInt());
        Session session = Session.open(target, "lockkeeper smoke " + run).unlimited();
        ServerDatabases databases = new ServerDatabases(target, run, session);
        try {
            databases.requireSuperuser();
            session.query(ABANDONED).forEach(row -> databases.drop(String.valueOf(row[0])));
            return databases;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** A proof reads every catalog, and pg_authid, pg_user_mapping and pg_largeobject are shown to superusers alone. */
    private void requireSuperuser() {
        String user = String.valueOf(session.query("select case when not rolsuper then quote_ident(rolname) end from"
                        + " pg_catalog.pg_roles where rolname = current_user")
                .get(0)[0]);
        if (!user.equals("null")) {
            throw Problem.of(Code.AUTHENTICATION_FAILED, "user " + user + " is not a superuser of this server")
                    .because(
                            "the proof reads every system catalog, and the server shows some of them to superusers alone")
                    .help("name a superuser, of a server for development such as one in a container")
                    .asException();
        }
    }

    @Override
    public String version() {
        return session.serverVersion();
    }

    @Override
    public Target target(String database) {
        return target.withDatabase(database);
    }

    @Override
    public String create() {
        try {
            return create("");
        } catch (SqlFailure e) {
            throw e.problem("the throw-away database cannot be created").asException(e);
        }
    }

    @Override
    public String copy(String database) {
        try {
            clear(database);
            return create(" template " + identifier(database));
        } catch (SqlFailure e) {
            throw EmbeddedDatabases.notCopied(e.error().message()).asException(e);
        }
    }

    private String create(String template) {
        String name = PREFIX + run + "_" + ++last;
        made.add(name);
        session.alone("create database " + identifier(name) + template);
        return name;
    }

    /** Programs that watch a server look into each database; this one is ours. */
    private void clear(String database) {
        session.query(
                "select pg_catalog.pg_terminate_backend(pid, 5000) from pg_catalog.pg_stat_activity where datname = "
                        + literal(database) + " and pid <> pg_catalog.pg_backend_pid()");
    }

    @Override
    public boolean drop(String database) {
        try {
            session.alone("drop database if exists " + identifier(database) + " with (force)");
            made.remove(database);
            return true;
        } catch (SqlFailure e) {
            return false;
        }
    }

    @Override
    public String names() {
        return "^" + PREFIX + "[0-9a-f]{8}_[0-9]+$";
    }

    @Override
    public boolean isOurs() {
        return false;
    }

    @Override
    public void abandon() {
        if (!made.isEmpty()) {
            try (Session last = Session.open(target, "lockkeeper smoke")) {
                for (String database : made) {
                    last.alone("drop database if exists " + identifier(database) + " with (force)");
                }
            }
        }
    }

    @Override
    public void close() {
        List.copyOf(made).forEach(this::drop);
        session.close();
    }
}
