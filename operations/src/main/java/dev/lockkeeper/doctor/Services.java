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
     * @param declared how many services the manifest has
     */
    public static Examination of(String subject, String environment, int declared, List<Visit> visits) {
        Chart chart = new Chart();
        if (visits.size() < declared) {
            chart.fact(
                    "needed in " + environment,
                    (visits.isEmpty() ? "none" : Integer.toString(visits.size())) + " of " + declared);
        }
        for (Visit visit : visits) {
            String name = visit.service().name();
            String about = name + " (" + visit.service().kind().word() + ")";
            List<String> missing = visit.missing();
            if (!missing.isEmpty()) {
                chart.found(
                        Symptom.SERVICE_VARIABLE_MISSING,
                        name,
                        about + " needs " + String.join(", ", missing)
                                + (missing.size() == 1 ? ", which is not set" : ", which are not set"),
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
                        "see whether its variables are of this environment, whether the service is up, and whether this machine may"
                                + " reach it");
            } else if (unverified != null) {
                // what is wrong with its variables says already that it was not called
                if (missing.isEmpty() && visit.unfit().isEmpty()) {
                    chart.unseen(Part.SERVICES, about + ": " + shown, unverified);
                }
            } else {
                chart.fact(about, "answers, " + visit.millis() + " ms");
            }
        }
        return chart.close(subject);
    }
}
