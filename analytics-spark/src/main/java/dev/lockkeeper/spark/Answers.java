package dev.lockkeeper.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** Writes answers as JSON, one a line: a row is an array of texts, and an object ends an answer. */
final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;

    Answers(PrintStream out) {
        this.out = out;
    }

    void rows(Iterator<Row> rows) throws JsonProcessingException {
        while (rows.hasNext()) {
            Row row = rows.next();
            ArrayNode line = JSON.createArrayNode();
            for (int i = 0; i < row.size(); i++) {
                line.add(row.isNullAt(i) ? null : row.getString(i));
            }
            out.append(JSON.writeValueAsString(line)).append('\n');
        }
    }

    void end(Consumer<ObjectNode> content) {
        ObjectNode line = JSON.createObjectNode().put("done", true);
        content.accept(line);
        out.append(line.toString()).append('\n').flush();
    }

    void failed(String reason) {
        out.append(JSON.createObjectNode().put("failed", reason).toString())
                .append('\n')
                .flush();
    }
}
