package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds out which setting has ended a statement or its session, and who has set it. */
final class Limits {
    private final Supplier<Session> sessions;
    private final Patience patience;

    /** @param sessions opens a session of the same user, for questions: those of the run may be gone */
    Limits(Supplier<Session> sessions, Patience patience) {
        this.sessions = sessions;
        this.patience = patience;
    }

    /** The problem with the setting and where it comes from; as it was when no setting is behind it or nobody answers. */
    Problem explain(Problem problem, Script script) {
        ServerError server = problem.server();
        if (server == null) {
            return problem;
        }
        return switch (server.sqlState()) {
            case "57014" -> statement(problem, script);
            case "25P04" -> named(problem, script, "transaction_timeout");
            case "25P03" -> named(problem, script, "idle_in_transaction_session_timeout");
            case "57P05" -> named(problem, script, "idle_session_timeout");
            default -> problem;
        };
    }

    private Problem statement(Problem problem, Script script) {
        if (!patience.statement().isZero()) {
            return told(
                    problem,
                    "statement-timeout of the project is "
                            + patience.statement().toMillis() + " ms",
                    "raise statement-timeout in lockkeeper.yaml, or make the statement do less at a time");
        }
        Optional<String> set = setBy(script, "statement_timeout")
                // in a language that is known: a function of the script may have set it
                .or(() -> Optional.of("something that the script runs has set statement_timeout")
                        .filter(reason -> problem.message().contains("statement timeout")));
        return set.isEmpty()
                ? problem
                : told(problem, set.get(), "raise it there, or make the statement do less at a time");
    }

    private Problem named(Problem problem, Script script, String setting) {
        return setBy(script, setting)
                .map(reason -> problem.because(reason).help("raise it there, or split the script"))
                .orElse(problem);
    }

    private static Problem told(Problem problem, String reason, String help) {
        return problem.as(Code.STATEMENT_TIMEOUT).because(reason).help(help);
    }

    /** A sentence; empty when the setting is off, so that somebody has canceled the statement. */
    private Optional<String> setBy(Script script, String setting) {
        if (script.text().toLowerCase(Locale.ROOT).contains(setting)) {
            return Optional.of("the script sets " + setting);
        }
        try (Session session = sessions.get()) {
            String name = literal(setting);
            List<@Nullable String[]> rows = session.query("select p.reset_val || coalesce(' ' || p.unit, ''), coalesce("
                    + "(select case when s.setrole <> 0 then 'role ' || quote_ident(session_user) else 'all roles' end"
                    + " || case when s.setdatabase <> 0 then ' in database ' || quote_ident(current_database()) else '' end"
                    + " from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) c where s.setdatabase in (0, (select oid"
                    + " from pg_catalog.pg_database where datname = current_database())) and s.setrole in (0, (select oid"
                    + " from pg_catalog.pg_roles where rolname = session_user)) and lower(c) like " + name + " || '=%'"
                    + " order by s.setrole = 0, s.setdatabase = 0 limit 1), 'the server or the address')"
                    + " from pg_catalog.pg_settings p where p.name = " + name + " and p.reset_val <> '0'");
            return rows.stream().findFirst().map(row -> setting + " is " + row[0] + ", set for " + row[1]);
        } catch (SqlFailure | LockkeeperException e) {
            return Optional.empty();
        }
    }
}
