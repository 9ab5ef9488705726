package dev.lockkeeper.apply;

import dev.lockkeeper.plan.Step;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The drafts of the steps of a plan, to be taken in order. While the server works on a step, the draft of the next one is made
 * by another thread; one that has not begun when its turn comes is made by who asks for it.
 */
final class Drafts implements AutoCloseable {
    private final List<Step> steps;
    private final Function<Step, Draft> make;
    private @Nullable ExecutorService maker;
    private @Nullable FutureTask<Draft> next;

    Drafts(List<Step> steps, Function<Step, Draft> make) {
        this.steps = steps;
        this.make = make;
    }

    Draft get(int index) {
        FutureTask<Draft> task = next == null ? task(index) : next;
        task.run();
        Draft draft = result(task, index);
        next = null;
        if (index + 1 < steps.size()) {
            next = task(index + 1);
            maker().execute(next);
        }
        return draft;
    }

    private FutureTask<Draft> task(int index) {
        return new FutureTask<>(() -> make.apply(steps.get(index)));
    }

    private Draft result(FutureTask<Draft> task, int index) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return make.apply(steps.get(index));
        } catch (ExecutionException e) {
            // once more here, so that whatever is wrong is thrown to who asked
            return make.apply(steps.get(index));
        }
    }

    private ExecutorService maker() {
        ExecutorService known = maker;
        if (known == null) {
            known = Executors.newSingleThreadExecutor(work -> {
                Thread thread = new Thread(work, "lockkeeper-drafts");
                thread.setDaemon(true);
                return thread;
            });
            maker = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (maker != null) {
            maker.shutdownNow();
        }
    }
}
