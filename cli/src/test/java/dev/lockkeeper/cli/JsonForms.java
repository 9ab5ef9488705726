package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** The schema that describes what commands print; here it takes no field that it does not name. */
final class JsonForms {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonForms() {}

    /** Fails unless the text is one object of a form that the schema describes. */
    static void check(String text) {
        JsonNode object = MAPPER.readTree(text);
        String form = object.path("schema").asString();
        assertThat(errors(form, object)).as(form + ": " + text).isEmpty();
    }

    private static List<String> errors(String form, JsonNode object) {
        ObjectNode described = read();
        close(described.get("$defs"));
        ObjectNode only = MAPPER.createObjectNode();
        only.set("$defs", described.get("$defs"));
        String name = form.replaceFirst("^lockkeeper/", "").replace("/", "-");
        assertThat(described.at("/$defs/" + name).isObject()).as("form " + form).isTrue();
        only.put("$ref", "#/$defs/" + name);
        Schema schema = SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(only);
        return schema.validate(object).stream().map(Error::toString).toList();
    }

    /** What holds for users too, who take fields that are added later. */
    static List<String> openly(JsonNode object) {
        Schema schema = SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(read());
        return schema.validate(object).stream().map(Error::toString).toList();
    }

    private static ObjectNode read() {
        try {
            return (ObjectNode)
                    MAPPER.readTree(Files.readString(Installation.ROOT.resolve("docs/json/lockkeeper.schema.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        node.forEach(JsonForms::close);
    }
}
