package dev.lockkeeper.doctor;

import dev.lockkeeper.services.Visit;
import java.util.List;

/** What became of the services of an environment, as findings. */
public final class Services {
    private Services() {}

    /**
     * The findings of visits.
     *
     * @param subject what the examination is called
     */
    public static Examination of(String subject, List<Visit> visits) {
        Chart chart = new Chart();
        for (Visit visit : visits) {
            String name = visit.service().name();
            String about = name + " (" + visit.service().kind().word() + ")";
            for (String variable : visit.missing()) {
                chart.found(
                        Symptom.SERVICE_VARIABLE_MISSING,
                        name,
                        "the variable " + variable + " of " + about + " is not set",
                        "set it where the environment keeps its secrets");
            }
            for (String flaw : visit.unfit()) {
                chart.found(
                        Symptom.SERVICE_VARIABLE_UNFIT,
                        name,
                        "the variable " + flaw + ", of " + about,
                        "set it anew, without quotes and without the line feed at its end");
            }
            String shown = visit.service().verification().shown();
            String failure = visit.failure();
            String unverified = visit.unverified();
            if (failure != null) {
                chart.found(
                        Symptom.SERVICE_FAILED,
                        name,
                        about + ": " + shown + ": " + failure,
                        "see whether the service is up, whether this machine may reach it, and whether its variables are of this"
                                + " environment");
            } else if (unverified != null) {
                chart.unseen(Part.SERVICES, about + ": " + shown, unverified);
            } else {
                chart.fact(about, "answers, " + visit.millis() + " ms");
            }
        }
        return chart.close(subject);
    }
}
