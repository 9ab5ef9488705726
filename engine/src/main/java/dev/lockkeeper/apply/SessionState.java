package dev.lockkeeper.apply;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.ScriptSession;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who a session is and what is set in it, as the server tells it, so that a script that was interrupted goes on as if it had
 * not been. Kept in the journal as JSON that the server writes and reads.
 */
final class SessionState {
    private static final String WHO = "lockkeeper.session";

    /**
     * Remembers, until the end of the transaction, what own SQL has to change. Stands in the script's own session, so it
     * resolves nothing by path.
     */
    static final String REMEMBER = "select pg_catalog.set_config('" + WHO + "', pg_catalog.json_build_object("
            + "'user', session_user, 'role', pg_catalog.current_setting('role'),"
            + " 'path', pg_catalog.current_setting('search_path'))::pg_catalog.text, true);";

    private SessionState() {}

    /**
     * An expression for the state, after {@link #REMEMBER}, for a path of {@code pg_catalog}.
     *
     * @param custom names of custom settings that may be set, which the server does not list (manual 20.16)
     */
    static String expression(Collection<String> custom) {
        String own = custom.stream()
                .map(name -> "(" + literal(name) + ", current_setting(" + literal(name) + ", true))")
                .collect(Collectors.joining(", "));
        return "json_build_object('who', current_setting('" + WHO + "')::json, 'settings',"
                + " (select json_object_agg(name, setting) from pg_settings where source = 'session' and name not in"
                + " ('search_path', 'role', 'session_authorization', 'transaction_isolation', 'transaction_read_only',"
                + " 'transaction_deferrable', 'seed', 'application_name'))"
                + ", 'custom', "
                + (own.isEmpty()
                        ? "null"
                        : "(select json_object_agg(name, value) from (values " + own
                                + ") c (name, value) where value is not null)")
                + ", 'prepared', (select json_agg(statement) from pg_prepared_statements where from_sql)"
                + ", 'listening', (select json_agg(channel) from pg_listening_channels() as channel)"
                + ", 'lost', (select json_agg(what) from ("
                + "select 'temporary ' || case relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end"
                + " || ' ' || relname from pg_class where relnamespace = pg_my_temp_schema() and relkind in ('r', 'v', 'S', 'p')"
                + " union all select 'cursor ' || name from pg_cursors where is_holdable"
                + ") l (what)))::text";
    }

    /** What of a state cannot be had again in another session, in words. */
    static List<String> lost(ScriptSession session, String state) {
        List<String> lost = new ArrayList<>(texts(session, "json_array_elements_text(" + member(state, "lost") + ")"));
        prepared(session, state).stream()
                .filter(text -> prepare(text).isEmpty())
                .forEach(text -> lost.add("a prepared statement whose text the server does not tell"));
        return lost;
    }

    private static List<String> prepared(ScriptSession session, String state) {
        return texts(session, "json_array_elements_text(" + member(state, "prepared") + ")");
    }

    /** Brings a session that is as new into a state; what is lost of it stays lost. */
    static void restore(ScriptSession session, String state) {
        List<String> messages = new ArrayList<>();
        StringBuilder settings = new StringBuilder();
        for (String member : List.of("settings", "custom")) {
            rows(session, "key, value from json_each_text(" + member(state, member) + ")")
                    .forEach(row -> settings.append("select pg_catalog.set_config(")
                            .append(literal(String.valueOf(row[0])))
                            .append(", ")
                            .append(literal(String.valueOf(row[1])))
                            .append(", false);"));
        }
        texts(session, "json_array_elements_text(" + member(state, "listening") + ")")
                .forEach(channel ->
                        settings.append("listen ").append(identifier(channel)).append(';'));
        @Nullable
        String[] who = rows(
                        session,
                        "w->>'user', w->>'role', w->>'path', session_user from (select " + literal(state)
                                + "::json->'who') s (w)")
                .get(0);
        settings.append("select pg_catalog.set_config('search_path', ")
                .append(literal(String.valueOf(who[2])))
                .append(", false);");
        messages.add(settings.toString());
        prepared(session, state).forEach(text -> prepare(text).ifPresent(messages::add));
        String user = String.valueOf(who[0]);
        if (!user.equals(who[3])) {
            messages.add("set session authorization " + identifier(user));
        }
        String role = String.valueOf(who[1]);
        messages.add("set role " + (role.equals("none") ? "none" : identifier(role)));
        messages.forEach(message -> session.send(message, notice -> {}));
    }

    /**
     * The PREPARE of a prepared statement. The server keeps the whole message with which it came, of which it is the first
     * statement. The journal can be written by others than the login that goes on with it: nothing else of it is run.
     */
    private static Optional<String> prepare(String message) {
        try {
            return Splitter.split(message).stream()
                    .findFirst()
                    .filter(first ->
                            !first.words().isEmpty() && first.words().get(0).equals("prepare"))
                    .map(Statement::sql);
        } catch (SqlFlaw e) {
            return Optional.empty();
        }
    }

    private static String member(String state, String name) {
        return "case when json_typeof(" + literal(state) + "::json->'" + name + "') in ('array', 'object') then "
                + literal(state) + "::json->'" + name + "' end";
    }

    private static List<String> texts(ScriptSession session, String expression) {
        return rows(session, "value from " + expression).stream()
                .map(row -> String.valueOf(row[0]))
                .toList();
    }

    private static List<@Nullable String[]> rows(ScriptSession session, String columns) {
        return session.ask("select " + columns).get(0);
    }
}
