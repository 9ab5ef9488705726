package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("WP-08")
final class ChatTest {
    private static final String INSERT =
            "insert into public.chat_message (user_id, chat_session_id, role, content) values (?, ?, ?, ?)";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;
    private Session session;

    @BeforeEach
    void write_rows() throws SQLException {
        ann = Planner.in(wp.session());
        session = wp.session();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "user, Hi, -",
                "ai, Hi, -",
                "system, Hi, -",
                "assistant, Hi, 23514 chat_message_role_known",
                "user, ' ', 23514 not_blank_shows_something",
            })
    void the_user_the_ai_or_the_system_says_something(String role, String content, String refusal) throws SQLException {
        if (refusal == null) {
            assertThat(session.run(INSERT, ann.user(), ann.chat(), role, content))
                    .isEqualTo(1);
        } else {
            assertThat(session.refused(INSERT, ann.user(), ann.chat(), role, content)
                            .rule())
                    .isEqualTo(refusal);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"text\"", "null"})
    void proposal_and_context_are_objects(String document) throws SQLException {
        assertThat(session.run("update public.chat_message set proposal = '{\"qty\": 3}'"))
                .isEqualTo(1);
        assertThat(session.run("update public.chat_session set context = '{\"week\": 3}'"))
                .isEqualTo(1);
        assertThat(session.refused("update public.chat_message set proposal = ?::jsonb", document)
                        .rule())
                .isEqualTo("23514 chat_message_proposal_is_object");
        assertThat(session.refused("update public.chat_session set context = ?::jsonb", document)
                        .rule())
                .isEqualTo("23514 chat_session_context_is_object");
    }

    @Test
    void a_message_does_not_hang_on_the_talk_of_another_account() throws SQLException {
        Planner bob = Planner.in(session);

        assertThat(session.refused(INSERT, ann.user(), bob.chat(), "user", "Hi").rule())
                .isEqualTo("23503 chat_message_chat_session_fkey");
        assertThat(session.refused("insert into public.chat_session (user_id) values (?)", UUID.randomUUID())
                        .rule())
                .isEqualTo("23503 chat_session_user_id_fkey");
    }

    @Test
    void an_account_does_not_put_words_into_the_mouth_of_the_ai() throws SQLException {
        session.run(INSERT, ann.user(), ann.chat(), "ai", "Hello back");
        ann.asks(session);

        assertThat(session.refused(INSERT, ann.user(), ann.chat(), "ai", "Hi").rule())
                .isEqualTo("42501");
        assertThat(session.refused(INSERT, ann.user(), ann.chat(), "system", "Hi")
                        .rule())
                .isEqualTo("42501");
        assertThat(session.refused("update public.chat_message set role = 'ai'").rule())
                .isEqualTo("42501");
        assertThat(session.run("update public.chat_message set content = 'Changed'"))
                .as("its own message, and not that of the AI")
                .isEqualTo(1);
    }

    @Test
    void a_talk_is_about_a_cycle_of_the_same_account_and_outlives_it() throws SQLException {
        Planner bob = Planner.in(session);
        assertThat(session.refused("update public.chat_session set cycle_id = ? where id = ?", bob.cycle(), ann.chat())
                        .rule())
                .isEqualTo("23503 chat_session_cycle_fkey");
        assertThat(session.refused("update public.chat_session set ended_at = 'infinity'")
                        .rule())
                .isEqualTo("23514 chat_session_ended_at_finite");
        assertThat(session.refused("update public.chat_session set ended_at = now() + '1 day'::interval")
                        .rule())
                .isEqualTo("23514 chat_session_ended_at_passed");
        ann.asks(session);
        session.run(
                "update public.chat_session set cycle_id = ?, ended_at = now(), summary_md = '*done*'", ann.cycle());
        session.run("delete from public.cycle");

        assertThat(session.text("select concat(user_id, cycle_id, summary_md) from public.chat_session"))
                .isEqualTo(ann.user() + "*done*");
    }

    @Test
    void a_talk_goes_with_its_messages() throws SQLException {
        ann.asks(session);

        assertThat(session.run("delete from public.chat_session")).isEqualTo(1);
        assertThat(session.lines("select id from public.chat_message")).isEqualTo(List.of());
    }

    @Test
    void messages_of_one_request_stand_in_their_order() throws SQLException {
        session.run(
                "insert into public.chat_message (user_id, chat_session_id, role, content)"
                        + " select ?, ?, 'user', 'm' || n from generate_series(10, 99) as n",
                ann.user(),
                ann.chat());

        assertThat(session.lines(
                        "select content from public.chat_message where content like 'm%'" + " order by created_at, id"))
                .isSorted()
                .hasSize(90);
    }
}
