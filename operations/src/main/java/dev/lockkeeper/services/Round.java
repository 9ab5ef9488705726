package dev.lockkeeper.services;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Visits the services that an environment needs, side by side, and nothing else. */
public final class Round {
    private static final int AT_ONCE = 8;

    private final Map<String, String> variables;

    /** @param variables the environment variables of the process */
    public Round(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * What became of each, in the order of the manifest.
     *
     * @param offline whether variables alone are looked at, and no service is called
     */
    public List<Visit> visit(List<Service> services, String environment, boolean offline) {
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, work -> {
            Thread thread = new Thread(work, "service");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Visit>> visits = new ArrayList<>();
            for (Service service : services) {
                service.needs(environment)
                        .ifPresent(needs -> visits.add(workers.submit(() -> visit(service, needs, offline))));
            }
            List<Visit> done = new ArrayList<>();
            for (Future<Visit> visit : visits) {
                done.add(visit.get());
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a visit tells what failed and throws nothing", e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private Visit visit(Service service, List<String> needs, boolean offline) {
        List<String> missing = new ArrayList<>();
        List<String> unfit = new ArrayList<>();
        Map<String, String> values = new HashMap<>();
        for (String name : needs) {
            String value = variables.get(name);
            if (value == null) {
                missing.add(name);
            } else {
                flaw(value).ifPresent(flaw -> unfit.add(name + " " + flaw));
                values.put(name, value);
            }
        }
        if (!missing.isEmpty() || !unfit.isEmpty()) {
            return new Visit(service, missing, unfit, null, "its variables are not as they must be", 0);
        }
        if (offline) {
            return new Visit(service, missing, unfit, null, "offline was asked for", 0);
        }
        long start = System.nanoTime();
        Optional<String> failure = Call.of(service, values, variables).failure();
        return new Visit(
                service,
                missing,
                unfit,
                failure.orElse(null),
                null,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    /** What is wrong with a value, without a character of it. */
    private static Optional<String> flaw(String value) {
        if (value.isBlank()) {
            return Optional.of("is empty");
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            return Optional.of("holds a line break or another control character");
        }
        return value.equals(value.strip()) ? Optional.empty() : Optional.of("begins or ends with a space");
    }
}
