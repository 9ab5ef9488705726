package dev.lockkeeper.schemas.weekplanner;

import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.UUID;

/** An account with one row in each of the nine tables, and the keys of these rows. */
record Planner(UUID user, UUID cycle, UUID goal, UUID plan, UUID task, UUID item, UUID chat) {
    private static final UUID NIL = new UUID(0, 0);
    /** An account without any rows. */
    static final Planner NOBODY = new Planner(NIL, NIL, NIL, NIL, NIL, NIL, NIL);

    /** Writes the rows; the cycle is in its last week, the plan is of week 3 and open. */
    static Planner in(Session session) throws SQLException {
        Planner planner = new Planner(id(), id(), id(), id(), id(), id(), id());
        session.script(planner.sql("""
                insert into auth.users (id) values ('{user}');
                insert into public.vision (user_id, daily) values ('{user}', 'Write.');
                insert into public.cycle (id, user_id, title, start_date, end_date, current_week)
                values ('{cycle}', '{user}', 'Spring', '2026-01-05', '2026-03-30', 12);
                insert into public.goal (id, user_id, cycle_id, type, title)
                values ('{goal}', '{user}', '{cycle}', 'personal', 'A book');
                insert into public.weekly_plan (id, user_id, cycle_id, week_no)
                values ('{plan}', '{user}', '{cycle}', 3);
                insert into public.task (id, user_id, cycle_id, goal_id, title, unit)
                values ('{task}', '{user}', '{cycle}', '{goal}', 'Write', 'pages');
                insert into public.plan_item (id, user_id, cycle_id, weekly_plan_id, task_id, qty)
                values ('{item}', '{user}', '{cycle}', '{plan}', '{task}', 5);
                insert into public.audit_log (user_id, actor, action) values ('{user}', 'system', 'welcome');
                insert into public.chat_session (id, user_id) values ('{chat}', '{user}');
                insert into public.chat_message (user_id, chat_session_id, role, content)
                values ('{user}', '{chat}', 'user', 'Hello')
                """));
        return planner;
    }

    /** Writes a plan of another week; locked if the week comes after the lock. */
    UUID plan(Session session, int week, int lockedAfterWeek) throws SQLException {
        return UUID.fromString(session.text(
                sql("insert into public.weekly_plan (user_id, cycle_id, week_no, locked_after_week)"
                        + " values ('{user}', '{cycle}', ?, ?) returning id"),
                week,
                lockedAfterWeek));
    }

    /** Writes a plan of week 8 with an item of 5, and locks it. */
    Locked locked(Session session) throws SQLException {
        UUID plan = plan(session, 8, 12);
        UUID item = UUID.fromString(session.text(
                sql("insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                        + " values ('{user}', '{cycle}', ?, '{task}', 5) returning id"),
                plan));
        session.run("update public.weekly_plan set locked_after_week = 6 where id = ?", plan);
        return new Locked(plan, item);
    }

    /** The keys of a locked plan and of its item. */
    record Locked(UUID plan, UUID item) {}

    /** Puts the keys in: {@code {user}}, {@code {cycle}} and so on. */
    String sql(String template) {
        return template.replace("{user}", user.toString())
                .replace("{cycle}", cycle.toString())
                .replace("{goal}", goal.toString())
                .replace("{plan}", plan.toString())
                .replace("{task}", task.toString())
                .replace("{item}", item.toString())
                .replace("{chat}", chat.toString());
    }

    /** Makes the session a request of this account. */
    Session asks(Session session) throws SQLException {
        return request(session, "authenticated", claims(user));
    }

    static String claims(UUID user) {
        return "{\"sub\": \"" + user + "\", \"role\": \"authenticated\"}";
    }

    /** Makes the session a request with a role and claims, as the API of Supabase does. */
    static Session request(Session session, String role, String claims) throws SQLException {
        session.run("select set_config('request.jwt.claims', ?, false)", claims);
        session.run("set role " + role);
        return session;
    }

    private static UUID id() {
        return UUID.randomUUID();
    }
}
