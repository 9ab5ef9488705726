package dev.lockkeeper.rehearsal;

import dev.lockkeeper.apply.Closing;
import dev.lockkeeper.apply.ScriptRunner;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Script;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A throw-away server and what one does with its databases. */
final class Rehearsal {
    private final EmbeddedPostgres server;

    Rehearsal(EmbeddedPostgres server) {
        this.server = server;
    }

    Target target(String database) {
        return new Target("127.0.0.1", server.port(), database, server.user(), new Secret(server.password()), Map.of());
    }

    Session open(String database) {
        return Session.open(target(database), "lockkeeper rehearsal").unlimited();
    }

    String create() {
        return server.createDatabase();
    }

    /** A copy of a database; nobody may be connected to it meanwhile. */
    String copy(String database) {
        return server.createDatabase(database);
    }

    void drop(String database) {
        server.dropDatabase(database);
    }

    /** Runs a script as a real run would, but records nothing. */
    static ScriptRunner.Manner run(Session session, Script script) {
        return new ScriptRunner(session)
                .run(script, script.commands().unbound(), ScriptRunner.Begin.FRESH, Closing.NONE);
    }

    /** The names of all roles: the databases of a server share them. */
    static Set<String> roles(Session session) {
        Set<String> names = new TreeSet<>();
        session.query("select rolname from pg_catalog.pg_roles").forEach(r -> names.add(String.valueOf(r[0])));
        return names;
    }

    /** Takes away the roles that a dropped database left behind, so that a script can create them again. */
    static void dropRolesExcept(Session session, Set<String> kept) {
        Set<String> left = roles(session);
        left.removeAll(kept);
        for (String role : left) {
            try {
                session.execute("drop role " + Quote.identifier(role));
            } catch (SqlFailure e) {
                // something outside of the dropped database needs it: the next CREATE ROLE will say so itself
                if (e.connectionLost()) {
                    throw e;
                }
            }
        }
    }
}
