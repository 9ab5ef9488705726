package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.doctor.Doctor;
import dev.lockkeeper.doctor.Examination;
import dev.lockkeeper.doctor.Finding;
import dev.lockkeeper.doctor.Need;
import dev.lockkeeper.doctor.Part;
import dev.lockkeeper.doctor.Symptom;
import dev.lockkeeper.doctor.Unseen;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.AnalyticsSettings;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.TableEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a project does in a database beside the record, and what other parts of it say about that.
 *
 * @param schemas of the components
 * @param privileges that retention needs
 * @param findings of rollups
 * @param unseen what of that could not be looked at
 */
record DoctorNeeds(List<String> schemas, List<Need> privileges, List<Finding> findings, List<Unseen> unseen) {
    private static final String GRANT = "grant ";
    private static final Pattern STATEMENTS = Pattern.compile("; (?=grant )");

    static DoctorNeeds of(Project project, List<Worksite> parts, Session session) {
        List<Component> components =
                project.select(parts.stream().map(Worksite::component).toList());
        TreeSet<String> schemas = new TreeSet<>();
        parts.forEach(
                part -> Stream.ofNullable(part.tokens().values().get("schema")).forEach(schemas::add));
        List<Finding> findings = new ArrayList<>();
        List<Unseen> unseen = new ArrayList<>();
        record(parts.get(0), session, findings, unseen);
        for (Component component : components) {
            AnalyticsSettings analytics = component.analytics();
            if (analytics != null) {
                schemas.add(analytics.schema());
                rollups(component, analytics, session, findings, unseen);
            }
        }
        return new DoctorNeeds(List.copyOf(schemas), retention(project), findings, unseen);
    }

    /** All components of a database have one record. */
    private static void record(Worksite site, Session session, List<Finding> findings, List<Unseen> unseen) {
        Lockkeeper component = site.lockkeeper();
        look("the record and its guards", session, findings, unseen, () -> {
            List<Problem> damage = component.damage(session);
            damage.forEach(problem -> findings.add(finding(Symptom.RECORD_UNFIT, problem)));
            if (damage.isEmpty()) {
                component
                        .approvals()
                        .emergencies(session)
                        .forEach(problem -> findings.add(finding(Symptom.EMERGENCY_OPEN, problem)));
            }
        });
    }

    private static Finding finding(Symptom symptom, Problem problem) {
        return new Finding(
                symptom,
                "record",
                problem.message() + (problem.why() == null ? "" : ": " + problem.why()),
                Objects.requireNonNullElse(problem.help(), ""),
                List.of());
    }

    /** What keeps it from being seen is told, and the rest goes on. */
    private static void look(String what, Session session, List<Finding> findings, List<Unseen> unseen, Runnable work) {
        try {
            work.run();
        } catch (LockkeeperException e) {
            Problem problem = e.problems().get(0);
            if (problem.code() == Code.HISTORY_FOREIGN) {
                findings.add(finding(Symptom.RECORD_UNFIT, problem));
                return;
            }
            unseen.add(new Unseen(
                    Part.PROJECT,
                    what,
                    problem.code() == Code.LOCK_NOT_AVAILABLE
                            ? Doctor.holders(session)
                            : problem.message() + (problem.help() == null ? "" : ": " + problem.help())));
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            unseen.add(new Unseen(
                    Part.PROJECT,
                    what,
                    e.code() == Code.LOCK_NOT_AVAILABLE
                            ? Doctor.holders(session)
                            : "the server says: " + e.error().message()));
        }
    }

    private static List<Need> retention(Project project) {
        Path file = project.classification();
        List<Need> needs = new ArrayList<>();
        if (file == null) {
            return needs;
        }
        for (TableEntry table : Classification.read(file).tables().values()) {
            Retention retention = table.retention();
            ObjectName name = table.name();
            // a function of the schema does it with the rights of its owner, or has its own grant
            if (retention != null && retention.ends() && retention.call() == null) {
                needs.add(Need.schema("retain", name.schema(), "USAGE"));
                needs.add(Need.table(
                        "retain", name.schema(), name.name(), "SELECT", retention.removes() ? "DELETE" : "UPDATE"));
            }
        }
        return needs.stream().distinct().toList();
    }

    private static void rollups(
            Component component,
            AnalyticsSettings settings,
            Session session,
            List<Finding> findings,
            List<Unseen> unseen) {
        AnalyticsPlace place = new AnalyticsPlace(
                component.name(), settings, Definitions.read(settings.folder()).rollups());
        try {
            place.requireRole(session);
            // what is no privilege, lockkeeper analytics check tells
            Fit.lacking(place.at(session), place.rollups()).stream()
                    .filter(problem ->
                            Objects.requireNonNullElse(problem.help(), "").startsWith(GRANT))
                    .forEach(problem -> findings.add(finding(problem)));
        } catch (LockkeeperException e) {
            e.problems().forEach(problem -> findings.add(finding(problem)));
        } catch (SqlFailure e) {
            if (e.connectionLost()) {
                throw e;
            }
            unseen.add(new Unseen(
                    Part.PRIVILEGES,
                    "privileges of rollups of component " + component.name(),
                    "the server says: " + e.error().message()));
        }
    }

    private static Finding finding(Problem problem) {
        String help = Objects.requireNonNullElse(problem.help(), "lockkeeper analytics check tells more");
        boolean sql = help.startsWith(GRANT);
        return new Finding(
                Symptom.PRIVILEGE_MISSING,
                "rollups",
                problem.message() + (problem.why() == null ? "" : ": " + problem.why()),
                sql ? "let the owner or a superuser run this" : help,
                sql ? STATEMENTS.splitAsStream(help).map(one -> one + ";").toList() : List.of());
    }

    /** An examination with these findings beside its own. */
    Examination with(Examination examination) {
        return examination.with(findings, unseen);
    }
}
