package dev.lockkeeper.spark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests as JSON, one a line, and answers each of them: rows, and then one object that ends the answer. The first request has the
 * settings of Spark and how to reach the database, which so are no part of arguments or of the environment. What anybody prints goes to the
 * error output; when the input ends, the process ends.
 */
public final class Worker {
    private final Requests requests;
    private final Answers answers;
    private @Nullable SparkSession spark;
    private @Nullable Source source;

    private Worker(Requests requests, Answers answers) {
        this.requests = requests;
        this.answers = answers;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Answers answers = new Answers(new PrintStream(System.out, false, StandardCharsets.UTF_8));
        System.setOut(System.err);
        new Worker(Requests.of(System.in), answers).work();
    }

    private void work() throws IOException, InterruptedException {
        for (JsonNode request = requests.next(); request != null; request = requests.next()) {
            String what = request.path("do").asText();
            try {
                switch (what) {
                    case "start" -> start(request);
                    case "compute" -> compute(request);
                    case "publish" -> publish(request);
                    default -> throw new IllegalArgumentException("there is no request " + what);
                }
                // what a query of Spark cannot compute comes as many kinds of exceptions, checked ones that Scala does
                // not declare among them
            } catch (Exception | LinkageError | OutOfMemoryError e) {
                if (e instanceof InterruptedException interrupted) {
                    throw interrupted;
                }
                e.printStackTrace();
                answers.failed(Failure.of(e));
                if (isOver()) {
                    return;
                }
            }
        }
        SparkSession open = spark;
        if (open != null) {
            open.stop();
        }
    }

    /** A cluster that has given up is not asked again. */
    private boolean isOver() {
        SparkSession open = spark;
        return open == null || open.sparkContext().isStopped();
    }

    private void start(JsonNode request) {
        SparkSession.Builder builder = SparkSession.builder();
        request.path("conf")
                .properties()
                .forEach(one -> builder.config(one.getKey(), one.getValue().asText()));
        SparkSession started = builder.getOrCreate();
        started.sparkContext().setLogLevel("WARN");
        spark = started;
        source = Source.of(request);
        answers.end(json -> json.put("version", started.version()));
    }

    private void compute(JsonNode request) throws SQLException, IOException, InterruptedException {
        try (Reading reading = Reading.of(started(), reached(), request)) {
            answers.rows(reading.rows().toLocalIterator());
        }
        answers.end(json -> {});
    }

    private void publish(JsonNode request) throws Exception {
        Publication publication = new Publication(started(), reached(), request, requests.rows());
        Publication.Done done = publication.publish();
        answers.end(json -> json.put("written", done.written()).put("snapshot", done.snapshot()));
    }

    private SparkSession started() {
        SparkSession open = spark;
        if (open == null) {
            throw new IllegalStateException("the first request is start");
        }
        return open;
    }

    private Source reached() {
        Source known = source;
        if (known == null) {
            throw new IllegalStateException("the first request is start");
        }
        return known;
    }
}
