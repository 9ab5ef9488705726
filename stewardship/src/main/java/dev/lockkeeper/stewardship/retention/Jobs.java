package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.Parts;
import dev.lockkeeper.stewardship.classification.Reach;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.classification.TableEntry;
import dev.lockkeeper.stewardship.erasure.ErasurePlanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is to go from the tables of a database, each table before those that its rows refer to. */
public final class Jobs {
    private final Classification classification;
    private final Model model;
    private final Parts parts;
    private final List<Problem> problems = new ArrayList<>();

    private Jobs(Classification classification, Model model, Parts parts) {
        this.classification = classification;
        this.model = model;
        this.parts = parts;
    }

    /**
     * Reads what the file says of tables that are there. The time is that of the server.
     *
     * @param chosen names of tables; empty for all
     * @throws LockkeeperException {@code retention-stopped} when the file does not fit the database
     */
    public static List<Job> of(Session session, Classification classification, Model model, Set<ObjectName> chosen) {
        return new Jobs(classification, model, Parts.withoutIndexes(session)).all(session, chosen);
    }

    private List<Job> all(Session session, Set<ObjectName> chosen) {
        String now = String.valueOf(session.query("select now()::text").get(0)[0]);
        Map<ObjectName, Job> jobs = new LinkedHashMap<>();
        for (TableEntry entry : classification.tables().values()) {
            Retention retention = entry.retention();
            Optional<Relation> relation = model.relation(entry.name());
            boolean wanted = chosen.isEmpty() || chosen.contains(entry.name());
            if (retention != null
                    && retention.ends()
                    && relation.isPresent()
                    && wanted
                    && fits(relation.get(), retention)) {
                String cutoff = String.valueOf(session.query("select (" + literal(now)
                                + "::timestamptz - make_interval(days => " + retention.days() + "))::text")
                        .get(0)[0]);
                jobs.put(
                        entry.name(),
                        new Job(relation.get(), entry, retention, cutoff, held(relation.get(), entry, retention)));
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        Cascades cascades = new Cascades(model, parts, Map.copyOf(jobs));
        jobs.replaceAll((name, job) -> job.deletes() ? job.with(cascades.along(job), cascades.lasting(job)) : job);
        Set<ObjectName> ordered = new LinkedHashSet<>();
        jobs.keySet().forEach(name -> visit(name, jobs, ordered, new LinkedHashSet<>()));
        return ordered.stream()
                .flatMap(name -> Stream.ofNullable(jobs.get(name)))
                .toList();
    }

    private boolean fits(Relation relation, Retention retention) {
        for (String column : Stream.of(Optional.of(retention.from()), Optional.ofNullable(retention.hold()))
                .flatMap(Optional::stream)
                .toList()) {
            if (relation.column(column).isEmpty()) {
                problems.add(Problem.of(Code.RETENTION_STOPPED, relation.name() + " has no column " + column)
                        .at(retention.place())
                        .help("lockkeeper classify check tells what else does not fit")
                        .note("kept: everything; no row went"));
                return false;
            }
        }
        return true;
    }

    private String held(Relation relation, TableEntry entry, Retention retention) {
        List<String> conditions = new ArrayList<>();
        if (retention.hold() != null) {
            conditions.add(ErasurePlanner.isSet(relation, retention.hold()));
        }
        for (Subject subject : classification.subjects().values()) {
            Subject.Hold hold = subject.hold();
            boolean about = entry.name().equals(subject.table())
                    || entry.link(subject.name()).isPresent();
            if (hold == null || !about) {
                continue;
            }
            Optional<String> condition = model.relation(hold.table()).isPresent()
                    ? new Reach(classification, model, subject).held(entry.name(), "t")
                    : Optional.empty();
            if (condition.isEmpty()) {
                // what is not known to be free is not taken for free
                problems.add(Problem.of(
                                Code.RETENTION_STOPPED,
                                "whether rows of " + entry.name() + " are under a hold cannot be told")
                        .at(entry.place())
                        .because("they do not lead to a row of " + hold.table() + " in this database")
                        .help("let columns lead to the " + subject.name() + ", or remove its hold")
                        .note("kept: everything; no row went"));
            }
            condition.ifPresent(conditions::add);
        }
        return conditions.isEmpty() ? "false" : String.join(" or ", conditions);
    }

    private void visit(ObjectName name, Map<ObjectName, Job> jobs, Set<ObjectName> ordered, Set<ObjectName> open) {
        if (ordered.contains(name) || !open.add(name)) {
            return;
        }
        jobs.forEach((other, job) -> {
            boolean refers = job.relation().foreignKeys().stream()
                            .map(ForeignKey::target)
                            .anyMatch(name::equals)
                    || parts.keys().stream()
                            .anyMatch(key ->
                                    key.whole().equals(other) && key.target().equals(name));
            if (refers) {
                visit(other, jobs, ordered, open);
            }
        });
        ordered.add(name);
    }
}
