package dev.lockkeeper.stewardship.erasure;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.gate.Approval;
import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.history.AuditedTable;
import dev.lockkeeper.history.DataRecord;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The requests that the record of a database keeps. */
public final class Requests {
    private static final String TIME = "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'";
    private static final String COLUMNS =
            "t.request::text, t.event, t.subject, t.person, to_char(t.recorded_at at time zone"
                    + " 'UTC', " + TIME + "), to_char(t.due_at at time zone 'UTC', " + TIME
                    + "), floor(extract(epoch from t.due_at -"
                    + " now()) / 86400)::bigint::text, t.recorded_by, t.reason, t.principal, t.signature, t.plan_digest";

    private final Session session;
    private final DataRecord record;

    /** @param session is not closed by it */
    public Requests(Session session, DataRecord record) {
        this.session = session;
        this.record = record;
    }

    /** All of them, in the order in which they came. */
    public List<Request> all() {
        Map<String, Request> requests = new LinkedHashMap<>();
        for (@Nullable String[] row : record.read(session, AuditedTable.ERASURE, COLUMNS, "order by t.id")) {
            String id = String.valueOf(row[0]);
            switch (String.valueOf(row[1])) {
                case "requested" -> requests.put(id, request(row));
                case "approved" ->
                    requests.computeIfPresent(
                            id, (key, one) -> one.with(new Approval("the record, " + row[9], String.valueOf(row[10]))));
                case "erased" -> requests.computeIfPresent(id, (key, one) -> one.erased(row[4]));
                case "withdrawn" -> requests.computeIfPresent(id, (key, one) -> one.withdrawn(row[4]));
                default -> {
                    // applied again after a restore: the request was done before
                }
            }
        }
        return List.copyOf(requests.values());
    }

    private static Request request(@Nullable String[] row) {
        return new Request(
                String.valueOf(row[0]),
                String.valueOf(row[2]),
                String.valueOf(row[3]),
                String.valueOf(row[4]),
                String.valueOf(row[5]),
                Long.parseLong(String.valueOf(row[6])),
                String.valueOf(row[7]),
                String.valueOf(row[8]),
                List.of(),
                null,
                null);
    }

    /** The one of that name, or of the beginning of a name that no other has. */
    public Optional<Request> find(String id) {
        List<Request> fitting = all().stream()
                .filter(one -> !id.isBlank() && one.id().startsWith(id))
                .toList();
        return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
    }

    /** The hashes of persons who were forgotten, in this database. */
    public List<String> erased() {
        return record
                .read(session, AuditedTable.ERASURE, "distinct t.person", "where t.event = 'erased' order by 1")
                .stream()
                .map(row -> String.valueOf(row[0]))
                .toList();
    }

    /** Keeps a new request. */
    public void received(String id, String subject, String person, int days, String reason) {
        Map<String, String> values = values(id, "requested", subject, person);
        values.put("due_at", "pg_catalog.clock_timestamp() + pg_catalog.make_interval(days => " + days + ")");
        values.put("reason", literal(reason));
        keep(values, reason);
    }

    /** Keeps an approval; false when the key has approved this plan before. */
    public boolean approved(Request request, String digest, Approvals.Accepted approval) {
        Map<String, String> values = values(request.id(), "approved", request.subject(), request.person());
        values.put("plan_digest", literal(digest));
        values.put("principal", literal(approval.name()));
        values.put("key", literal(approval.key().fingerprint()));
        values.put("signature", literal(approval.approval().armored()));
        try {
            session.execute(record.kept(AuditedTable.ERASURE, values, null));
            return true;
        } catch (SqlFailure e) {
            if (e.error().sqlState().equals("23505")) {
                return false;
            }
            throw record.unwritable(e);
        }
    }

    /** Keeps that a request needs nothing any more. */
    public void withdrawn(Request request, String reason) {
        Map<String, String> values = values(request.id(), "withdrawn", request.subject(), request.person());
        values.put("reason", literal(reason));
        keep(values, reason);
    }

    /**
     * Keeps what was done, in the transaction that has done it.
     *
     * @param event {@code erased} or {@code reapplied}
     * @param detail what was done in each table, as JSON without anything of the person
     */
    void done(
            String id, String event, String subject, String person, @Nullable String digest, long rows, String detail) {
        Map<String, String> values = values(id, event, subject, person);
        values.put("plan_digest", digest == null ? "null" : literal(digest));
        values.put("affected", Long.toString(rows));
        values.put("detail", literal(detail));
        keep(values, null);
    }

    private static Map<String, String> values(String id, String event, String subject, String person) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("request", literal(id) + "::uuid");
        values.put("event", literal(event));
        values.put("subject", literal(subject));
        values.put("person", literal(person));
        return values;
    }

    private void keep(Map<String, String> values, @Nullable String reason) {
        try {
            session.execute(record.kept(AuditedTable.ERASURE, values, reason));
        } catch (SqlFailure e) {
            throw record.unwritable(e);
        }
    }

    /** The problem of a request that is not there. */
    public static Problem unknown(String id) {
        return Problem.of(Code.ERASURE_REFUSED, "there is no request " + id)
                .help("lockkeeper erase list shows the requests");
    }
}
