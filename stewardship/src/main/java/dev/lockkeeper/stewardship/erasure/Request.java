package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.gate.Approval;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to forget a person, as the record of one database tells.
 *
 * @param id its name
 * @param person the keyed hash that stands for the person
 * @param requestedAt ISO 8601 in UTC
 * @param dueAt until when it must be done
 * @param daysLeft until then; negative when that is past
 * @param by the database user who received it
 * @param reason why, in the words of who received it
 * @param approvals that are kept for a plan of it
 * @param erasedAt null while it is open
 * @param withdrawnAt null unless it was withdrawn
 */
public record Request(
        String id,
        String subject,
        String person,
        String requestedAt,
        String dueAt,
        long daysLeft,
        String by,
        String reason,
        List<Approval> approvals,
        @Nullable String erasedAt,
        @Nullable String withdrawnAt) {
    public Request {
        approvals = List.copyOf(approvals);
    }

    /** The same with one more approval. */
    Request with(Approval approval) {
        List<Approval> all = new ArrayList<>(approvals);
        all.add(approval);
        return with(all, erasedAt, withdrawnAt);
    }

    /** The same, done. */
    Request erased(@Nullable String at) {
        return with(approvals, at, withdrawnAt);
    }

    /** The same, withdrawn. */
    Request withdrawn(@Nullable String at) {
        return with(approvals, erasedAt, at);
    }

    private Request with(List<Approval> others, @Nullable String erased, @Nullable String withdrawn) {
        return new Request(id, subject, person, requestedAt, dueAt, daysLeft, by, reason, others, erased, withdrawn);
    }

    /** Whether it is still to be done. */
    public boolean isOpen() {
        return erasedAt == null && withdrawnAt == null;
    }

    /** Whether its time is over and it is not done. */
    public boolean isLate() {
        return isOpen() && daysLeft < 0;
    }

    /** Its state in a word. */
    public String state() {
        if (erasedAt != null) {
            return "erased";
        }
        return withdrawnAt == null ? isLate() ? "overdue" : "open" : "withdrawn";
    }
}
