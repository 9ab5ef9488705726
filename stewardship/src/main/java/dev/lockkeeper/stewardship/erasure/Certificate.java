package dev.lockkeeper.stewardship.erasure;

import dev.lockkeeper.gate.Approvals;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.stewardship.classification.Forgetting;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What shows that a person was forgotten, without anything of the person: keyed hashes, counts, and the fingerprints of those who
 * made the plan and approved it.
 *
 * @param erasedAt ISO 8601 in UTC
 * @param maker who has made the plan
 * @param done what was done, by databases
 */
public record Certificate(
        ErasureFile plan,
        Request request,
        String erasedAt,
        Approvals.Accepted maker,
        List<Approvals.Accepted> approvals,
        Map<String, ErasureRun.Done> done) {
    /** The name and version of the form. */
    public static final String SCHEMA = "lockkeeper/erasure-certificate/v1";

    public Certificate {
        approvals = List.copyOf(approvals);
    }

    /** As fields of an object. */
    public void json(Json json) {
        json.put("project", plan.project())
                .put("environment", plan.environment())
                .put("request", request.id())
                .put("subject", request.subject())
                .put("person", request.person())
                .put("requestedAt", request.requestedAt())
                .put("dueAt", request.dueAt())
                .put("erasedAt", erasedAt)
                .put("inTime", erasedAt.compareTo(request.dueAt()) <= 0)
                .put("plan", plan.digest())
                .put("rules", plan.rules())
                .put("madeBy", maker.key().fingerprint())
                .texts(
                        "approvedBy",
                        approvals.stream().map(one -> one.key().fingerprint()).toList())
                .array("databases", done.entrySet(), (j, one) -> database(j, one.getKey(), one.getValue()));
    }

    private static void database(Json json, String name, ErasureRun.Done done) {
        json.put("database", name)
                .array(
                        "tables",
                        done.plan().parts(),
                        (j, part) -> j.put("table", part.table())
                                .put("way", part.way().name().toLowerCase(Locale.ROOT))
                                .put("rows", done.changed().getOrDefault(part.table(), 0L))
                                .put("kept", part.way() == Forgetting.Way.KEEP ? part.rows() : 0)
                                .put("why", part.why()))
                .texts(
                        "refreshed",
                        done.plan().refreshed().stream().map(Object::toString).toList())
                .object(
                        "searched",
                        () -> json.put("values", done.values())
                                .put("columns", done.columns())
                                .put("found", 0));
    }
}
